"""Three owners, a partner, and people to ask about: what the tests of sharing begin with."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from unittest.mock import patch
from uuid import UUID

from tests.passwords import lightly_hashed

from pars import clock
from pars.actions import agreements, booking, founding, life, owner_keys, partnering, placing, reporting, signin
from pars.actions.acting import By
from pars.actions.agreements import Heard, Saying, proved
from pars.actions.arraignment import BailGiven, next_sessions
from pars.actions.booking import ChargeGiven, NewArrest
from pars.actions.person_given import PersonGiven
from pars.actions.proving import lay_floor
from pars.ledger.receipt import public_key
from pars.record.bail import BailType
from pars.record.roles import OWNER_OF, Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.sharing.proof import Proof
from pars.sharing.reading import terms_of
from pars.store.database import Store

ORI = {Owner.POLICE: "PAPEP0000", Owner.DISTRICT_ATTORNEY: "PADA00000", Owner.COURT: "PACT00000", None: "PAPD00000"}
PARTNER, OTHER = "PAEXS0000", "PAOTH0000"
PASSWORD = "a-word-for-the-tests"
ONCE = lightly_hashed(PASSWORD)
CASE = "ECS-2026-0041"
BORN = "1990-02-03"

TERMS = """
[agreement]
id = "sheriff"
partner = "Example County Sheriff"
units = ["warrants"]
term = {{ from = {first}, until = {last} }}
consent = "{consent}"

[[purpose]]
code = "felony-investigation"
case_reference = "partner"
search_by = [["name", "birth_date"], ["otn", "name"], ["pid", "birth_date"]]
fields = {fields}
rows = {{ status = ["charged"], after = "charged" }}
{more}
[[purpose]]
code = "warrant-service"
case_reference = "warrant"
search_by = [["name", "birth_date"]]
fields = ["name", "birth_date", "charges", "photo", "bail"]

[limits]
per_user_per_day = {per_user}
per_agency_per_day = {per_agency}
{limits}
"""
NOT_MEASURED: Mapping[str, int] = {}
FIELDS = '["name", "birth_date", "otn", "charges"]'


def terms(**changed: object) -> str:
    """The terms of the tests' agreement, from yesterday for a year; any word of it can be another."""
    today = clock.city_day(clock.now())
    said: dict[str, object] = {
        "first": today - timedelta(days=1),
        "last": today + timedelta(days=300),
        "consent": "unanimous",
        "fields": FIELDS,
        "more": "",
        "per_user": 1000,
        "per_agency": 10_000,
        "limits": "",
    }
    return TERMS.format(**(said | changed))


@functools.cache
def _proved(text: str) -> Sequence[Proof]:
    """What both solvers say of terms when they are first proposed: the same few are, hundreds of times."""
    return proved(terms_of(text))


def with_contract() -> str:
    """The same terms, which name the file of a contract."""
    return terms().replace('consent = "unanimous"', 'consent = "unanimous"\ntext = "signed.md"')


@dataclass
class Partnership:
    """A small city with its owners, its staff and a partner; each method is one act by the right person."""

    store: Store

    def who(self, name: str) -> By:
        """An account of the cast, its session begun just now."""
        known = signin.known(self.store, name)
        assert known is not None
        return replace(known, since=clock.real_now())

    def staff(self, role: Role) -> By:
        """The account of a role."""
        return self.who(role.value)

    def speaker(self, owner: Owner) -> By:
        """The representative of an owner."""
        return self.who(f"{owner.value}-speaks")

    def analyst(self, name: str = "analyst") -> By:
        """An analyst of the partner, signed in just now."""
        return self.who(name)

    def propose(self, text: str | None = None, by: Owner = Owner.POLICE) -> str:
        """Terms are proposed; the version's hash."""
        said = text or terms()
        with patch.object(agreements, "proved", lambda _: _proved(said)):
            return agreements.propose(self.store, self.speaker(by), said).version

    def say(self, owner: Owner, decision: Decision, *, version: str | None = None, name: str = "sheriff") -> Heard:
        """An owner says something of the agreement."""
        saying = Saying(decision, "said at the meeting", version=version)
        return agreements.say(self.store, self.speaker(owner), name, saying)

    def agree(self, text: str | None = None) -> str:
        """Terms are proposed and all three sign; the version's hash."""
        version = self.propose(text)
        for owner in Owner:
            self.say(owner, Decision.GRANT)
        return version

    def record(
        self,
        surname: str = "Quillfeather",
        given: str = "Rosalind",
        born: str | None = BORN,
        measured: Mapping[str, int] = NOT_MEASURED,
    ) -> UUID:
        """Somebody is booked, with a summary of the facts that no partner may ever see."""
        person = PersonGiven(
            surname=surname,
            given=given,
            birth_date=date.fromisoformat(born) if born else None,
            address="22 Marked Address Row",
            height_cm=measured.get("height_cm"),
            weight_kg=measured.get("weight_kg"),
            weight_lb=measured.get("weight_lb"),
        )
        arrest = NewArrest(
            clock.now(),
            "500 block of Marked Place",
            ORI[Owner.POLICE],
            person,
            charges=[ChargeGiven("18 § 2701 §§ A1")],
        )
        return booking.record_arrest(self.store, self.staff(Role.OFFICER), arrest).id

    def report(self, arrest: UUID) -> None:
        """The report is written and approved."""
        answers = {"facts": "Marked narrative.", "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2"}]}
        self.take(Role.OFFICER, arrest, "write-report", answers)
        self.take(Role.POLICE_SUPERVISOR, arrest, "approve-report", {})

    def take(self, role: Role, arrest: UUID, step: str, answers: Mapping[str, object]) -> None:
        """A step is taken by somebody of that role."""
        life.take(self.store, self.staff(role), arrest, step, answers)

    def charge(self, arrest: UUID) -> None:
        """The District Attorney approves the charge."""
        with self.store.transaction("pars_act") as connection:
            row = connection.execute("select charge_id from record.classification where arrest_id = %s", (arrest,))
            charge = str(row.fetchall()[0][0])
        decided = {
            "charges": [{"charge": charge, "decision": "approved", "grade": "M2"}],
            "affiant_name": "Marked Affiant",
            "affiant_badge": "4417",
            "facts": "Marked complaint.",
        }
        self.take(Role.CHARGING_ATTORNEY, arrest, "charge", {"decisions": decided})

    def charged(
        self,
        surname: str = "Quillfeather",
        given: str = "Rosalind",
        born: str = BORN,
        measured: Mapping[str, int] = NOT_MEASURED,
    ) -> UUID:
        """Somebody is booked and charged."""
        arrest = self.record(surname, given, born, measured)
        self.report(arrest)
        self.charge(arrest)
        return arrest

    def arraigned(self, surname: str = "Quillfeather", given: str = "Rosalind", born: str = BORN) -> UUID:
        """Somebody is booked, charged and arraigned, with bail and a condition that names nobody to a partner."""
        arrest = self.charged(surname, given, born)
        self.arraign(arrest)
        return arrest

    def arraign(self, arrest: UUID) -> None:
        """Somebody who is charged is arraigned, with bail."""
        self.take(Role.CLERK, arrest, "certify", {"verified": True})
        session = next(iter(next_sessions(clock.now()))).isoformat()
        self.take(Role.CLERK, arrest, "list", {"session": session})
        bail = BailGiven(
            BailType.MONETARY, 5000, 10, ["no-contact"], "Marked reasons.", "Marked asked.", "Marked said."
        )
        ordered = {
            "type": bail.type.value,
            "amount_usd": bail.amount_usd,
            "percent": bail.percent,
            "reasons": bail.reasons,
            "ability_asked": bail.ability_asked,
            "ability_said": bail.ability_said,
        }
        self.take(Role.MAGISTRATE, arrest, "arraign", {"probable_cause": True, "counsel_heard": True, "bail": ordered})

    def protect(self, arrest: UUID) -> None:
        """A victim is written down in the store of their own."""
        person = reporting.ProtectedPerson(kind="victim", surname="Marked Victim", contact="Marked Contact")
        reporting.protect(self.store, self.staff(Role.DETECTIVE), arrest, person)


def asks(
    surname: str = "Quillfeather",
    given: str = "Rosalind",
    born: str = BORN,
    *,
    case: str = CASE,
    purpose: str = "felony-investigation",
    agreement: str = "sheriff",
) -> Inquiry:
    """An inquiry for one named person."""
    name = {"surname": surname, "given": given}
    return Inquiry(agreement, purpose, case, None, {"name": name, "birth_date": born})


def founded(store: Store) -> Partnership:
    """The agencies, their people, the owners' keys by ceremony, and the partner's case numbers."""
    lay_floor(store)
    placing.place(store)  # the door answers partners only while the log is signed
    for owner, ori in ORI.items():
        founding.agency(store, ori, owner.value if owner else "defenders", owner)
    founding.agency(store, PARTNER, "Example County Sheriff", None)
    founding.agency(store, OTHER, "Another Agency", None)
    founding.site(store, "D22", "22nd District", "booking")
    with patch.object(signin, "hashed", return_value=ONCE):
        for role in Role:
            if role not in {Role.REPRESENTATIVE, Role.ANALYST}:
                _account(store, role.value, role, ORI[OWNER_OF[role]])
        for owner in Owner:
            _account(store, f"{owner.value}-speaks", Role.REPRESENTATIVE, ORI[owner])
            _account(store, f"{owner.value}-counsel", Role.COUNSEL, ORI[owner])
        _account(store, "analyst", Role.ANALYST, PARTNER, "warrants")
        _account(store, "analyst-2", Role.ANALYST, PARTNER, "warrants")
        _account(store, "analyst-civil", Role.ANALYST, PARTNER, "civil")
        _account(store, "stranger", Role.ANALYST, OTHER, "warrants")
    made = Partnership(store)
    owners = list(Owner)
    for place, owner in enumerate(owners):
        offered = owner_keys.offer_key(store, made.speaker(owner), public_key(store.keys.owner_keys[owner.value]))
        owner_keys.confirm_key(store, made.speaker(owners[place - 1]), offered)
    partnering.register_pattern(store, made.staff(Role.ADMINISTRATOR), PARTNER, "ECS-[0-9]{4}-[0-9]{4,6}")
    return made


def _account(store: Store, name: str, role: Role, ori: str, unit: str | None = None) -> None:
    founding.account(
        store, founding.NewAccount(name, f"Sam {name}", role, ori, PASSWORD, unit=unit), demo_password=True
    )
