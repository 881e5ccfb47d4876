"""The bench's own partnership: three owners who sign, a partner with analysts, and made-up people to ask about."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pars import clock, settings
from pars.actions import agreements, founding, owner_keys, partnering, signin
from pars.actions.acting import By
from pars.actions.agreements import Saying
from pars.actions.installing import Opened, opened
from pars.actions.person_given import PersonGiven, keys_of
from pars.errors import Unavailable
from pars.ledger.receipt import public_key
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.store.measuring.filling import MadeUp, fill, forget_counts
from pars.web.measuring.city import ORI, PASSWORD, City
from pars.web.measuring.clients import post

PARTNER = "Example County Sheriff"
PURPOSE = "felony-investigation"
CASE = "ECS-2026-0041"
TERMS = """
[agreement]
id = "sheriff"
partner = "Example County Sheriff"
units = ["warrants"]
term = {{ from = {first}, until = {last} }}
consent = "unanimous"

[[purpose]]
code = "felony-investigation"
case_reference = "partner"
search_by = [["name", "birth_date"]]
fields = ["name", "birth_date", "otn", "charges", "bail"]
rows = {{ status = ["charged"], after = "charged" }}

[limits]
per_user_per_day = 100000
per_agency_per_day = 100000
"""
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "za")
_GIVEN = ("Ada", "Bruno", "Carla", "Dario", "Edda", "Fabio", "Greta", "Hugo", "Ilse", "Jonas")


@dataclass
class Partnership:
    """The acts that the bench does from outside, in a city that somebody else serves."""

    city: City
    here: Opened
    arrests: int = 0
    """How many people were made up, each arrested once; the same number is always the same person."""

    def by(self, name: str) -> By:
        """An account of the bench, signed in just now."""
        known = signin.known(self.here.store, name)
        if known is None:
            raise Unavailable("the bench's accounts are not there")
        return replace(known, since=clock.real_now())

    def say(self, owner: Owner, decision: Decision) -> None:
        """An owner says something of the agreement."""
        agreements.say(self.here.store, self.by(owner.value), "sheriff", Saying(decision, "said by the bench"))

    def credential(self, name: str = "analyst") -> str:
        """A credential of this moment, for the term at work."""
        return signin.sign_in(self.here.store, name, PASSWORD, kind="credential", demo_allowed=True)

    def grow(self, arrests: int) -> None:
        """Fill the record up to so many arrests, and begin the day's counts anew."""
        officer, more = self.by("officer"), (self.person(number) for number in range(self.arrests, arrests))
        fill(self.here.admin_url, more, officer.account, officer.agency_id)
        self.arrests = max(self.arrests, arrests)
        self.forget_counts()

    def forget_counts(self) -> None:
        """No agreement allows as many questions a day as a bench asks."""
        forget_counts(self.here.admin_url)

    def person(self, number: int = 0) -> MadeUp:
        """One of the people."""
        place, surname = number, ""
        while place or len(surname) < 6:  # noqa: PLR2004 - three syllables at least
            surname, place = surname + _SYLLABLES[place % 16], place // 16
        given, born = _GIVEN[number % 10], date(1960, 1, 1) + timedelta(days=number * 37 % 15_000)
        person = PersonGiven(surname=surname.title(), given=given, birth_date=born)
        return MadeUp(
            number, surname.title(), given, born, self.here.store.keys.blind(keys_of(person, date(2026, 1, 1)))
        )

    def some(self, most: int = 64) -> Sequence[MadeUp]:
        """People from all over the record."""
        return [self.person(number) for number in range(0, self.arrests, max(1, self.arrests // most))][:most]

    def questions(self, token: str) -> list[bytes]:
        """An inquiry about each of some people, as it goes over the wire."""
        return [
            post("/api/v1/inquiries", token, {**_question(one), "agreement": "sheriff", "on_behalf_of": None})
            for one in self.some()
        ]

    def refused_question(self, token: str) -> bytes:
        """An inquiry that is refused by its purpose, before anybody is looked for."""
        asked = {**_question(self.person()), "agreement": "sheriff", "on_behalf_of": None, "purpose": "fugitive"}
        return post("/api/v1/inquiries", token, asked)


def _question(one: MadeUp) -> dict[str, object]:
    subject = {"name": {"surname": one.surname, "given": one.given}, "birth_date": one.born.isoformat()}
    return {"purpose": PURPOSE, "case_reference": CASE, "subject": subject}


def inquiry(one: MadeUp) -> Inquiry:
    """The same question for the action itself."""
    subject = {"name": {"surname": one.surname, "given": one.given}, "birth_date": one.born.isoformat()}
    return Inquiry("sheriff", PURPOSE, CASE, None, subject)


@contextlib.contextmanager
def partnership(city: City) -> Iterator[Partnership]:
    """Found it in a served city: accounts, owners' keys, an agreement that all three sign."""
    with opened(settings.read({}), city.folder) as here:
        made = Partnership(city, here)
        _accounts(made)
        owners = list(Owner)
        for place, owner in enumerate(owners):
            key = public_key(here.store.keys.owner_keys[owner.value])
            offered = owner_keys.offer_key(here.store, made.by(owner.value), key)
            owner_keys.confirm_key(here.store, made.by(owners[place - 1].value), offered)
        partnering.register_pattern(here.store, made.by("administrator"), "PAEXS0000", "ECS-[0-9]{4}-[0-9]{4,6}")
        today = clock.city_day(clock.now())
        terms = TERMS.format(first=today - timedelta(days=1), last=today + timedelta(days=300))
        agreements.propose(here.store, made.by(owners[0].value), terms)
        for owner in owners:
            made.say(owner, Decision.GRANT)
        yield made


def _accounts(made: Partnership) -> None:
    store = made.here.store
    founding.agency(store, "PADA00000", "District Attorney", Owner.DISTRICT_ATTORNEY)
    founding.agency(store, "PACT00000", "Municipal Court", Owner.COURT)
    founding.agency(store, "PAEXS0000", PARTNER, None)
    oris = {Owner.POLICE: ORI, Owner.DISTRICT_ATTORNEY: "PADA00000", Owner.COURT: "PACT00000"}
    wanted: list[tuple[str, Role, str, str | None]]
    wanted = [(owner.value, Role.REPRESENTATIVE, oris[owner], None) for owner in Owner]
    wanted += [("administrator", Role.ADMINISTRATOR, ORI, None), ("analyst", Role.ANALYST, "PAEXS0000", "warrants")]
    for name, role, ori, unit in wanted:
        new = founding.NewAccount(name, name.title(), role, ori, PASSWORD, unit=unit)
        founding.account(store, new, demo_password=True)
