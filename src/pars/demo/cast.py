"""The cast of the demonstration: always the same people, one or two for each role, with passwords new at each birth."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

from pars.actions import founding, signin
from pars.actions.acting import By
from pars.actions.founding import NewAccount
from pars.demo.names import table
from pars.record.roles import Owner, Role
from pars.store.database import Store
from pars.store.files import write_whole

CAST_FILE = "cast.json"

COURT_ADDRESS, COURT_TELEPHONE = "1301 Example Street, Philadelphia, PA 19100", "215-555-0142"
"""Where a demonstration's court is said to be: made up, like its people."""

Duty: TypeAlias = Mapping[Role, Sequence[By]]
"""Who of the cast acts for each role."""

POLICE = "PAPEP0000"
DISTRICT_ATTORNEY = "PA051013A"
COURT = "PA051033J"
DEFENDER = "PA0510DEF"
AUTHORITY = "PA0510PRV"
PARTNER = "PAEXS0000"
TASK_FORCE = "PAEXT0000"

AGENCIES: Sequence[tuple[str, str, Owner | None]] = (
    (POLICE, "Police Department", Owner.POLICE),
    (DISTRICT_ATTORNEY, "District Attorney’s Office", Owner.DISTRICT_ATTORNEY),
    (COURT, "Municipal Court", Owner.COURT),
    (DEFENDER, "Public Defender", None),
    (AUTHORITY, "Records Authority", None),
    (PARTNER, "Example County Sheriff", None),
    (TASK_FORCE, "Example Task Force", None),
)
"""ORI, name, and the owner that the agency is part of."""

DISTRICTS = ("3", "9", "18", "22", "24", "35")
"""Police districts with cells, by number."""


def site_of(district: str) -> str:
    """The code of a district's cells."""
    return f"D{district:0>2}"


HOSPITAL = "Riverbend Hospital"
PRISON = "County Prison"
_ENDINGS = {"3": "3rd", "22": "22nd"}
SITES: Sequence[tuple[str, str, str]] = (
    *((site_of(number), f"{_ENDINGS.get(number, number + 'th')} District", "booking") for number in DISTRICTS),
    ("RVB", HOSPITAL, "hospital"),
    ("MC", "Municipal Court, room B-08", "court"),
    ("CP", PRISON, "prison"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part to be played: the sign-in name, who plays it, the duty, where."""

    sign_in: str
    full_name: str
    role: Role
    agency: str
    site: str | None = None
    badge: str | None = None
    unit: str | None = None


PARTS: Sequence[Part] = (
    Part("officer", "Thaddeus Brindlewick", Role.OFFICER, POLICE, "D18", "4417"),
    Part("officer-2", "Marisol Quetzalina", Role.OFFICER, POLICE, "D24", "5120"),
    Part("detective", "Ngozi Adamantelle", Role.DETECTIVE, POLICE, "D18", "812"),
    Part("detective-2", "Piotr Wexelmoor", Role.DETECTIVE, POLICE, "D22", "934"),
    Part("supervisor", "Calliope Dunstervale", Role.POLICE_SUPERVISOR, POLICE, "D18", "310"),
    Part("detention", "Joaquín Ferrowell", Role.DETENTION_OFFICER, POLICE, "D18", "7702"),
    Part("detention-2", "Tamsin Okonferry", Role.DETENTION_OFFICER, POLICE, "D24", "7719"),
    Part("custody-supervisor", "Bartholomew Quincetree", Role.CUSTODY_SUPERVISOR, POLICE, "D18", "256"),
    Part("medic", "Ambrose Tealwhistle", Role.MEDIC, POLICE, "D18"),
    Part("attorney", "Inés Calderwick", Role.CHARGING_ATTORNEY, DISTRICT_ATTORNEY),
    Part("attorney-2", "Rashid Pemberlane", Role.CHARGING_ATTORNEY, DISTRICT_ATTORNEY),
    Part("charging-supervisor", "Hyacinth Moorgatley", Role.CHARGING_SUPERVISOR, DISTRICT_ATTORNEY),
    Part("interviewer", "Solveig Tannenbrook", Role.INTERVIEWER, COURT, "MC"),
    Part("magistrate", "Leocadia Fairmantle", Role.MAGISTRATE, COURT, "MC"),
    Part("magistrate-2", "Augustin Stroudamber", Role.MAGISTRATE, COURT, "MC"),
    Part("clerk", "Wendeline Harrowgant", Role.CLERK, COURT, "MC"),
    Part("defender", "Cyprian Lockharrow", Role.DEFENDER, DEFENDER),
    Part("police-representative", "Evadne Thornquillow", Role.REPRESENTATIVE, POLICE),
    Part("attorney-representative", "Malachi Brackenfell", Role.REPRESENTATIVE, DISTRICT_ATTORNEY),
    Part("court-representative", "Philippa Osterhauch", Role.REPRESENTATIVE, COURT),
    Part("police-counsel", "Octavia Hollinswood", Role.COUNSEL, POLICE),
    Part("attorney-counsel", "Ferdinand Larkspurgh", Role.COUNSEL, DISTRICT_ATTORNEY),
    Part("court-counsel", "Zenobia Applethwaite", Role.COUNSEL, COURT),
    Part("analyst", "Gideon Marshwether", Role.ANALYST, PARTNER, unit="warrants"),
    Part("analyst-2", "Ottoline Crakewater", Role.ANALYST, PARTNER, unit="warrants"),
    Part("task-analyst", "Peregrine Lowthistle", Role.ANALYST, TASK_FORCE, unit="fugitives"),
    Part("task-analyst-2", "Isaura Fennimoor", Role.ANALYST, TASK_FORCE, unit="fugitives"),
    Part("privacy", "Noor Silverthistle", Role.PRIVACY_OFFICER, AUTHORITY),
    Part("auditor", "Anselm Whitloweth", Role.AUDITOR, AUTHORITY),
    Part("administrator", "Keiko Underboughs", Role.ADMINISTRATOR, AUTHORITY),
)

WORDS = tuple(row["word"] for row in table("words.csv"))


@dataclass(frozen=True, slots=True)
class CastMember:
    """One of the cast with the ways to sign in; `credential` is a bearer token for programs."""

    role: str
    agency: str
    sign_in: str
    password: str = field(repr=False)
    credential: str = field(repr=False)
    full_name: str


def new_password() -> str:
    """Three words and four digits, about 35 bits: enough against five tries, and short enough to type in a show."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), f"{secrets.randbelow(10_000):04d}"])


def found_cast(store: Store, passwords: Mapping[str, str] | None = None) -> list[CastMember]:
    """Found the agencies, the sites and the accounts, and sign everyone in once. `passwords` by sign-in name."""
    for ori, name, owner in AGENCIES:
        founding.agency(store, ori, name, owner)
    for code, name, kind in SITES:
        founding.site(store, code, name, kind)
    given = passwords or {}
    return [_born(store, part, given.get(part.sign_in) or new_password()) for part in PARTS]


def _born(store: Store, part: Part, password: str) -> CastMember:
    new = NewAccount(
        part.sign_in,
        part.full_name,
        part.role,
        part.agency,
        password,
        site=part.site,
        badge=part.badge,
        unit=part.unit,
    )
    founding.account(store, new, demo_password=True)
    credential = signin.sign_in(store, part.sign_in, password, kind="credential", demo_allowed=True)
    agency = next(name for ori, name, _ in AGENCIES if ori == part.agency)
    return CastMember(part.role.value, agency, part.sign_in, password, credential, part.full_name)


def on_duty(store: Store, cast: Sequence[CastMember]) -> dict[Role, list[By]]:
    """The accounts of the cast by role, as their credentials know them."""
    duty: dict[Role, list[By]] = {}
    for member in cast:
        by = signin.who(store, member.credential).by
        duty.setdefault(by.role, []).append(by)
    return duty


def write_cast(path: Path, cast: Sequence[CastMember]) -> None:
    """Write the cast down for its owner alone."""
    text = json.dumps([asdict(member) for member in cast], ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode())


def read_cast(path: Path) -> list[CastMember]:
    """The cast as it was written down."""
    return [CastMember(**row) for row in json.loads(path.read_text("utf-8"))]
