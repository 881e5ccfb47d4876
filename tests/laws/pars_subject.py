"""PARS as a subject of the hidden-field suite: its worlds, its hidden records, and every way to ask that it has."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.laws.worlds import World, served
from tests.logfiles import going_on
from tests.noon import born
from tests.partnership import BORN, CASE, ORI, PASSWORD, Partnership, founded, terms

from pars import clock
from pars.actions import agreements, booking, canaries, optional, reporting, sealing, signin, switches
from pars.actions.agreements import Saying
from pars.actions.booking import ChargeGiven, NewArrest
from pars.actions.person_given import PersonGiven
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.sharing.consent import Decision
from pars.store.database import Store
from pars.store.keys import Keys
from pars.web.app import Serving, create_app

MORE = """
[[purpose]]
code = "firearms-investigation"
case_reference = "partner"
search_by = [["name", "birth_date"]]
fields = ["name", "birth_date", "charges"]
rows = { status = ["charged"], after = "charged", delay_hours = 72 }

[[purpose]]
code = "prosecution"
case_reference = "partner"
search_by = [["name", "birth_date"]]
fields = ["name", "birth_date", "charges"]
rows = { status = ["charged"], after = "charged", charge_class = ["felony"] }

[[purpose]]
code = "fugitive"
case_reference = "partner"
search_by = [["name", "birth_date"]]
fields = ["name", "birth_date", "charges"]
rows = { status = ["charged"], after = "charged", district = ["99"] }

[[purpose]]
code = "court-hearing"
case_reference = "docket"
search_by = [["name", "birth_date"], ["docket_number", "name"]]
fields = ["name", "birth_date", "docket_number", "charges", "bail"]
rows = { status = ["arraigned"], after = "arraigned" }
"""
DOCKET: Final = "MC-51-CR-0000001-2026"
CHILD_BORN: Final = "2012-02-03"
VISIBLE: Final = "Visible"
TWINS: Final = "Twinned"


@dataclass(frozen=True)
class Hidden:
    """A way to be hidden: how the record comes to be, and the question that its finder would ask."""

    make: Callable[[Partnership, str], UUID]
    purpose: str = "felony-investigation"
    case: str = CASE
    born: str = BORN


def _declined(city: Partnership, surname: str) -> UUID:
    arrest = city.record(surname)
    city.report(arrest)
    city.take(Role.CHARGING_ATTORNEY, arrest, "decline", {"reason": "not enough"})
    return arrest


def _limited(access: str) -> Callable[[Partnership, str], UUID]:
    def made(city: Partnership, surname: str) -> UUID:
        arrest = city.charged(surname)
        sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, access, order="CP-51-MD-0000001-2026")
        return arrest

    return made


def docketed(city: Partnership, surname: str, docket: str = DOCKET) -> UUID:
    """Somebody whose case the court has opened."""
    arrest = city.arraigned(surname)
    city.take(Role.CLERK, arrest, "docket", {"docket_number": docket})
    return arrest


def decided(city: Partnership, surname: str, disposition: str, docket: str = "MC-51-CR-0000002-2026") -> UUID:
    """Somebody whose every charge the court has decided so."""
    arrest = docketed(city, surname, docket)
    dispositions = [{"charge": str(one), "disposition": disposition} for one in charges_of(city, arrest)]
    city.take(Role.CLERK, arrest, "decide", {"dispositions": dispositions})
    return arrest


def charges_of(city: Partnership, arrest: UUID) -> list[UUID]:
    """The charges of an arrest."""
    with city.store.transaction("pars_act") as connection:
        rows = connection.execute(
            "select distinct charge_id from record.classification where arrest_id = %s", (arrest,)
        )
        return [row[0] for row in rows]


def _dismissed(city: Partnership, surname: str) -> UUID:
    return decided(city, surname, "Dismissed")


def _reported(city: Partnership, surname: str) -> UUID:
    arrest = city.record(surname)
    city.report(arrest)
    return arrest


def corrected(city: Partnership, arrest: UUID, person: PersonGiven) -> None:
    """It turned out that the person is another."""
    with city.store.transaction("pars_act") as connection:
        row = connection.execute("select version from record.arrest where id = %s", (arrest,)).fetchone()
    assert row is not None
    version = int(row[0])
    booking.correct(city.store, city.staff(Role.OFFICER), arrest, person, version=version, reason="prints")


def _retracted(city: Partnership, surname: str) -> UUID:
    arrest = city.charged(surname)
    corrected(city, arrest, PersonGiven(surname="Another", given="Rosalind", birth_date=date.fromisoformat(BORN)))
    return arrest


def _grown_young(city: Partnership, surname: str) -> UUID:
    arrest = city.charged(surname)
    corrected(city, arrest, PersonGiven(surname=surname, given="Rosalind", birth_date=date.fromisoformat(CHILD_BORN)))
    return arrest


def _left(role: Role, step: str, answers: Mapping[str, object] | None = None) -> Callable[[Partnership, str], UUID]:
    def made(city: Partnership, surname: str) -> UUID:
        arrest = city.record(surname) if step == "divert" else city.charged(surname)
        city.take(role, arrest, step, answers or {"reason": "as the rule says"})
        return arrest

    return made


HIDDEN: Final[Mapping[str, Hidden]] = {
    "Juvenile": Hidden(lambda city, surname: city.record(surname, born=CHILD_BORN), born=CHILD_BORN),
    "Declined": Hidden(_declined),
    "Dismissed": Hidden(_dismissed),
    "Sealed": Hidden(_limited("sealed")),
    "Expunged": Hidden(_limited("expunged")),
    "Arrestonly": Hidden(lambda city, surname: city.record(surname)),
    "Uncharged": Hidden(_reported),
    "Diverted": Hidden(_left(Role.POLICE_SUPERVISOR, "divert")),
    "Mistaken": Hidden(_left(Role.POLICE_SUPERVISOR, "not-the-person")),
    "Deceased": Hidden(_left(Role.POLICE_SUPERVISOR, "die")),
    "Recent": Hidden(lambda city, surname: city.charged(surname), purpose="firearms-investigation"),
    "Lesser": Hidden(lambda city, surname: city.charged(surname), purpose="prosecution"),
    "Elsewhere": Hidden(lambda city, surname: city.charged(surname), purpose="fugitive"),
    "Othercase": Hidden(
        lambda city, surname: docketed(city, surname, "MC-51-CR-0000003-2026"),
        purpose="court-hearing",
        case="MC-51-CR-0009999-2026",
    ),
    "Unwarranted": Hidden(lambda city, surname: city.charged(surname), purpose="warrant-service", case="W-2026-77"),
    "Retracted": Hidden(_retracted),
    "Grownyoung": Hidden(_grown_young, born=CHILD_BORN),
    VISIBLE: Hidden(_limited("sealed")),  # a hidden namesake beside somebody who is shown
    TWINS: Hidden(_declined),  # a hidden third beside two of one name
}
"""Every way to be hidden, by the surname under which it is planted."""


@dataclass(frozen=True)
class Withheld:
    """What no partner is given of somebody whom it may see; two worlds have two such sets of values."""

    address: str
    place: str
    weapon: str
    race: str
    ethnicity: str
    lives_in_city: str
    eyes: str
    other: str
    victim: str
    property_items: int
    birthplace: str
    ssn: str


ONE = Withheld(
    "22 First Row", "First Place", "knife", "W", "N", "yes", "green", "One, Other", "First", 0, "Ohio", "111-22-3333"
)
TWO = Withheld(
    "977 Second Avenue, Rear", "A Second Place", "revolver", "B", "H", "no", "brown", "Two, Another", "Secondvictim", 3,
    "Honduras", "999-88-7777",
)  # fmt: skip


def _with_fields(city: Partnership, kept: Withheld) -> UUID:
    person = PersonGiven(
        surname=VISIBLE,
        given="Rosalind",
        birth_date=date.fromisoformat(BORN),
        race=kept.race,
        ethnicity=kept.ethnicity,
        lives_in_city=kept.lives_in_city,
        address=kept.address,
        eyes=kept.eyes,
        other_names=[kept.other],
    )
    charge = ChargeGiven("18 § 2701 §§ A1")
    arrest = NewArrest(clock.now(), kept.place, ORI[Owner.POLICE], person, charges=[charge], weapon=kept.weapon)
    number = booking.record_arrest(city.store, city.staff(Role.OFFICER), arrest).id
    city.report(number)
    city.charge(number)
    reporting.protect(
        city.store, city.staff(Role.DETECTIVE), number, reporting.ProtectedPerson(kind="victim", surname=kept.victim)
    )
    for name, value in ((Name.BIRTHPLACE, kept.birthplace), (Name.SSN, kept.ssn)):
        optional.write(city.store, city.staff(Role.OFFICER), number, name, value)
    return number


@dataclass
class City:
    """One world of PARS: its people and what may be known of it by its builder."""

    people: Partnership
    hidden: dict[str, UUID] = field(default_factory=dict)

    def plant_visible(self, kept: Withheld) -> UUID:
        """Those whom the partner may see, in the same order in every world; the arrest of the first."""
        arrest = _with_fields(self.people, kept)
        for _ in range(2):
            self.people.charged(TWINS)
        return arrest

    def make_nobody(self, url: str, arrest: UUID) -> None:
        """The owners made this record up: it stands for nobody."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "update record.arrest set custody = 'released', left_at = house.city_now() where id = %s", (arrest,)
            )
            row = connection.execute("select number from record.arrest where id = %s", (arrest,)).fetchone()
        assert row is not None
        new = canaries.propose(self.people.store, self.people.speaker(Owner.POLICE), row[0])
        canaries.confirm(self.people.store, self.people.speaker(Owner.COURT), new)

    def plant_hidden(self) -> None:
        """Everybody whom the partner may not see."""
        for surname, way in HIDDEN.items():
            self.hidden[surname] = way.make(self.people, surname)

    def happens(self) -> None:
        """A hidden record begins, another is sealed: nothing that concerns a partner."""
        arrest = self.people.charged("Happening")
        clerk = self.people.staff(Role.CLERK)
        sealing.limit_access(self.people.store, clerk, arrest, "sealed", order="CP-51-MD-0000009-2026")


@dataclass(frozen=True)
class Worlds:
    """A plain world, one with hidden people, one with other withheld fields; one set of credentials opens them all.

    In the last one whoever is shown stands for nobody besides.
    """

    world: Mapping[str, World]
    cities: Mapping[str, City]
    tokens: Mapping[str, str]
    form_key: str


def _found_all(store: Store) -> None:
    city = founded(store)
    for name in (Name.BIRTHPLACE, Name.SSN):
        speaks, ends = city.speaker(Owner.POLICE), datetime(2099, 1, 1, tzinfo=UTC)
        switches.set_to(store, speaks, name, value=True, reason="a test", law="an act", until=ends)
    for text in (terms(per_user=100_000, per_agency=100_000) + MORE, terms(per_user=3).replace('"sheriff"', '"tight"')):
        proposed = agreements.propose(store, city.speaker(Owner.POLICE), text)
        for owner in Owner:
            agreements.say(store, city.speaker(owner), proposed.id, Saying(Decision.GRANT, "voted"))


@contextlib.contextmanager
def worlds(
    server_url: str, template: str, keys: Keys, name: str, which: Sequence[str] = ("plain", "hidden", "other")
) -> Iterator[Worlds]:
    """Found one city, copy it for each world, plant what differs, and serve them all."""
    names = [f"{name}_{one}" for one in ("base", *which)]
    with contextlib.ExitStack() as stack:
        _create(server_url, names[0], template)
        stack.callback(_drop, server_url, names)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        base = make_conninfo(server_url, dbname=names[0])
        born(base, kind="demo")
        with Store(base, keys, ledger=folder / "base") as store:
            _found_all(store)
            tokens = {
                who: signin.sign_in(store, who, PASSWORD, kind=kind, demo_allowed=True)
                for who, kind in (("analyst", "browser"), ("analyst-2", "credential"), ("stranger", "credential"))
            }
            form_key = signin.who(store, tokens["analyst"]).form_key
        made: dict[str, World] = {}
        cities: dict[str, City] = {}
        for one, database in zip(which, names[1:], strict=True):
            _create(server_url, database, names[0])
            shutil.copytree(folder / "base", folder / one)
            address = make_conninfo(server_url, dbname=database)
            store = stack.enter_context(Store(address, keys, ledger=folder / one))
            stack.enter_context(going_on(store))
            city = cities[one] = City(Partnership(store))
            visible = city.plant_visible(TWO if one == "other" else ONE)
            if one == "other":
                city.make_nobody(address, visible)
            if one == "hidden":
                city.plant_hidden()
            port = stack.enter_context(served(create_app(store, Serving(demo=True))))
            made[one] = World(port, city.happens) if one == "hidden" else World(port)
        yield Worlds(made, cities, tokens, form_key)


def _create(server_url: str, name: str, template: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def _drop(server_url: str, names: Sequence[str]) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


_SIGN: Final = re.compile(rb"[0-9a-zA-Z]")
_DATE: Final = re.compile(rb"(?im)^date: [^\r\n]{29}")
_FRESH: Final = tuple(
    re.compile(shape)
    for shape in (
        rb'"entry_hash":"([0-9a-f]{64})"',
        rb'"signature":"([0-9a-f]{128})"',
        rb'"promised_by":"([0-9T:+-]{25})"',
        rb'"entry":"([0-9a-f-]{36})"',
        rb'"id":"([0-9a-f-]{36})","entry"',
        rb'"asked_at":"([0-9T:+-]{25})"',
        rb'data-now="([0-9T:.+-]{32})"',
        rb'class="city-clock" data-clock>([0-9/: ]{16})<',
        rb"<dd><code>([0-9a-f]{64})</code></dd><dt>",
        rb"<dd>([0-9/: ]{16} E[DS]T)[^<]*<code>([0-9T:+-]{25})</code></dd><dt>[^<]*</dt><dd><code>([0-9a-f]{128})<",
        rb"<tr><td>([0-9/: ]{16})</td>",  # when it was asked, in the partner's own log
        rb"/inquiry/([0-9a-f-]{36})/outcome",
        rb'(?:id|for)="outcome-([0-9a-f-]{36})"',
    )
)
"""What rightly differs from answer to answer: receipts, names of entries, the time."""


def blank(answer: bytes) -> bytes:
    """An answer without receipts, names of entries and the time; every sign of them becomes the same sign."""
    head, end, body = answer.partition(b"\r\n\r\n")
    for shape in _FRESH:
        body = shape.sub(_overwritten, body)
    return _DATE.sub(b"date: " + b"x" * 29, head) + end + body


def _overwritten(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    for group in found.groups():
        whole = whole.replace(group, _SIGN.sub(b"x", group))
    return whole
