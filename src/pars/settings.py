"""The environment, read once. An unknown `PARS_` variable is an error: a misspelt one never goes unseen (T25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pars.errors import Misconfigured

VARIABLES: Mapping[str, str] = {
    "PARS_DATABASE_URL": "a PostgreSQL of your own (15 to 18), as its administrator; unset means the embedded one",
    "PARS_DATA": "the folder for data, keys and the embedded PostgreSQL; every command's --data means the same",
    "PARS_PG_BINDIR": "the folder with the PostgreSQL programs to use for the embedded server",
    "PARS_PG_USER": "the existing unprivileged user that the embedded server runs as when started by root",
    "PARS_TLS": "“proxy” when something in front of pars speaks TLS; otherwise give a certificate",
    "PARS_TLS_CERTIFICATE": "the file with the certificate chain for HTTPS",
    "PARS_TLS_KEY": "the file with its private key",
    "PARS_CITY": "the city's name as the papers print it",
    "PARS_COURT_ADDRESS": "where people come to court, as the papers print it; unset, it is written in by hand",
    "PARS_COURT_TELEPHONE": "the court clerk's number, as the papers print it; unset, it is written in by hand",
}
"""Every variable that PARS reads, with its meaning."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator set. Paths and names only; no secret but the database's address stands here."""

    database_url: str | None = None
    data: Path | None = None
    pg_bindir: Path | None = None
    pg_user: str | None = None
    tls_by_proxy: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    city: str = "Philadelphia"
    court_address: str | None = None
    court_telephone: str | None = None
    xdg_data_home: Path | None = None
    home: Path = Path("/")


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from an environment; refuses a `PARS_` variable that nobody knows, naming it."""
    unknown = sorted(name for name in environment if name.startswith("PARS_") and name not in VARIABLES)
    if unknown:
        raise Misconfigured(f"unknown setting {unknown[0]}; the known ones are {', '.join(VARIABLES)}")
    tls = environment.get("PARS_TLS", "")
    if tls not in {"", "proxy"}:
        raise Misconfigured(
            "PARS_TLS can only be “proxy”; for TLS of its own give PARS_TLS_CERTIFICATE and PARS_TLS_KEY"
        )
    return Settings(
        database_url=environment.get("PARS_DATABASE_URL") or None,
        data=_path(environment.get("PARS_DATA")),
        pg_bindir=_path(environment.get("PARS_PG_BINDIR")),
        pg_user=environment.get("PARS_PG_USER") or None,
        tls_by_proxy=tls == "proxy",
        tls_certificate=_path(environment.get("PARS_TLS_CERTIFICATE")),
        tls_key=_path(environment.get("PARS_TLS_KEY")),
        city=environment.get("PARS_CITY") or "Philadelphia",
        court_address=environment.get("PARS_COURT_ADDRESS", "").strip() or None,
        court_telephone=environment.get("PARS_COURT_TELEPHONE", "").strip() or None,
        xdg_data_home=_path(environment.get("XDG_DATA_HOME")),
        home=Path(environment.get("HOME") or "/"),
    )
