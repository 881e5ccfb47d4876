"""`pars found`: the agencies, sites and first accounts of a real installation, from a file."""

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pars.actions import founding
from pars.actions.founding import NewAccount
from pars.actions.installing import Kind, data_folder, opened
from pars.commands.saying import Data, Json, say, settings_read
from pars.errors import Misconfigured
from pars.record.roles import Owner, Role


def found(
    file: Annotated[Path, typer.Argument(help="agencies, sites and first accounts, as TOML; see docs/guides")],
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Found agencies, sites and the first accounts of a real installation, with passwords that are shown once."""
    with settings_read() as settings:
        plan = _plan(file)
        with opened(settings, data_folder(settings, data), kind=Kind.REAL) as here:
            for ori, name, owner in plan.agencies:
                founding.agency(here.store, ori, name, owner)
            for code, name, kind in plan.sites:
                founding.site(here.store, code, name, kind)
            passwords: dict[str, str | None] = {}
            try:
                for new in plan.accounts:
                    founding.account(here.store, new)
                    passwords[new.sign_in] = new.password
            finally:  # a password is shown once: those that stand are shown even when a later account is refused
                say({"passwords": passwords}, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Plan:
    agencies: list[tuple[str, str, Owner | None]]
    sites: list[tuple[str, str, str]]
    accounts: list[NewAccount]


def _plan(file: Path) -> _Plan:
    """Read the whole plan before anything is founded; refused in words, naming what it lacks."""
    if not file.is_file():
        raise Misconfigured(f"there is no file {file} to read; check its name and folder")
    try:
        text = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as cause:
        raise Misconfigured(f"{file} cannot be read: {cause.strerror}") from cause
    except ValueError as cause:
        raise Misconfigured(f"{file} cannot be read as TOML") from cause
    if not any(text.get(name) for name in ("agency", "site", "account")):
        raise Misconfigured(f"{file} names no agency, no site and no account, so there is nothing to found")
    try:
        return _Plan(
            [(x["ori"], x["name"], Owner(x["owner"]) if "owner" in x else None) for x in text.get("agency", [])],
            [(x["code"], x["name"], x["kind"]) for x in text.get("site", [])],
            [_new_account(x) for x in text.get("account", [])],
        )
    except KeyError as cause:
        raise Misconfigured(f"an agency, site or account in the file lacks its “{cause.args[0]}”") from cause
    except (AttributeError, TypeError, ValueError) as cause:
        raise Misconfigured("the file names a role or an owner that there is not; see docs/guides") from cause


def _new_account(given: dict[str, str]) -> NewAccount:
    return NewAccount(
        given["sign_in"],
        given["full_name"],
        Role(given["role"]),
        given["agency_ori"],
        secrets.token_urlsafe(12),
        given.get("site"),
        given.get("badge"),
    )
