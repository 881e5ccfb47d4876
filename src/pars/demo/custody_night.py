"""What the cast does in the night at the custody desks, besides the stories: each a case that a visitor looks at.

Holds, cells, care, consular notice, interpreters, children, victims and orders, by the same actions as at the desks.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from pars.actions import (
    assigning,
    bailing,
    caring,
    children,
    consular,
    counting,
    custody,
    disclosure,
    downtime,
    life,
    needs,
    prints,
    reporting,
    victims,
)
from pars.actions.arraignment import BailGiven
from pars.actions.counting import CountGiven
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson
from pars.actions.victims import KeepAway
from pars.clock import now
from pars.demo.cast import Duty, site_of
from pars.demo.lawful import SAYS, asks
from pars.demo.roster import where_it_can_be
from pars.record.bail import BailAction, BailType
from pars.record.roles import Role
from pars.store.database import Store

LANGUAGE: Final = "Khmer"
_FILE, _FIELD = b"\x1c", b"\x1d"


def refused_prints_and_interview(store: Store, duty: Duty, arrest: UUID) -> None:
    """Neither prints nor interview: the list has the case all the same."""
    life.take(store, duty[Role.DETENTION_OFFICER][0], arrest, "refuse-prints", {"reason": "Asked twice; fists closed."})
    life.take(store, duty[Role.INTERVIEWER][0], arrest, "refuse-interview", {"reason": "Wants to speak to nobody."})


def held_elsewhere_too(store: Store, duty: Duty, arrest: UUID) -> None:
    """A bench warrant with its hearing keeps somebody whose release is owed."""
    due = now() + timedelta(hours=60)
    given = HoldGiven(
        "bench-warrant", "Municipal Court", "BW-2026-4471", signed_by_judge_or_authority=True, hearing_due=due
    )
    custody.hold(store, duty[Role.CUSTODY_SUPERVISOR][0], arrest, given)


def detainer_without_effect(store: Store, duty: Duty, arrest: UUID) -> None:
    """A paper arrives that no judge has signed: an entry, and nothing else."""
    custody.arrived_without_effect(store, duty[Role.CUSTODY_SUPERVISOR][0], arrest, "immigration-detainer")


def scanned(store: Store, duty: Duty, arrest: UUID) -> None:
    """Prints come from a scanner's file that says far more than is kept."""
    about = {15: "401-22-7-3", 18: "NOT,KEPT", 20: "XX", 21: "XX", 24: "F", 59: "I"}
    header = {2: "0300", 3: "1\x1f1\x1e2\x1f00", 4: "CAR", 9: "T-2026-0712"}
    prints.attach(store, duty[Role.DETENTION_OFFICER][0], arrest, _tagged(1, header) + _tagged(2, about))


def _tagged(kind: int, fields: dict[int, str]) -> bytes:
    """A record of a made-up scanner's file, with its length before it."""
    body = _FIELD.join(f"{kind}.{number:03}:{value}".encode() for number, value in fields.items())
    length = len(body) + len(f"{kind}.001:") + len(_FIELD) + len(_FILE)
    return f"{kind}.001:{length + len(str(length + len(str(length))))}".encode() + _FIELD + body + _FILE


def sheets_of_the_power_cut(store: Store, duty: Duty, _: UUID) -> None:
    """Sheets were printed for a site: one was struck off, two are not accounted for."""
    supervisor = duty[Role.CUSTODY_SUPERVISOR][0]
    first, *_others = downtime.register(store, supervisor, site_of("18"), 3)
    downtime.strike(store, supervisor, first, reason="Wet; copied onto another one.")


def counted_otherwise(store: Store, duty: Duty, arrest: UUID) -> None:
    """A count in which somebody is not in their cell, and somebody stands in a cell without a row."""
    officer = duty[Role.DETENTION_OFFICER][0]
    site = disclosure.open_arrest(store, officer, arrest, why="the count of the shift").line.site or site_of("18")
    block = counting.open_block(store, officer, site, why="the count of the shift")
    there = [line.id for line in block.lines.lines if line.id != arrest]
    counting.count(store, officer, site, CountGiven(there, [arrest], ["C-9"]))


def missed_check(store: Store, duty: Duty, arrest: UUID) -> None:
    """A close watch whose check nobody has made, after a screen that was refused; it rings until somebody looks."""
    officer, medic = duty[Role.DETENTION_OFFICER][0], duty[Role.MEDIC][0]
    caring.note(store, officer, arrest, "screen-refused", {"reason": "Turned to the wall."})
    watch = {"level": "close", "reason": "Said that nothing matters; shoelaces taken."}
    caring.note(store, medic, arrest, "watch", watch, at=now() - timedelta(minutes=40))


def cared_for(store: Store, duty: Duty, arrest: UUID) -> None:
    """A record of one night's care, and what the magistrate is told of it."""
    officer, medic = duty[Role.DETENTION_OFFICER][0], duty[Role.MEDIC][0]
    asked = dict.fromkeys(("injury", "withdrawal", "chest_pain", "pregnancy", "self_harm"), "no")
    screen = {**asked, "medicine": "yes", "disability": "yes", "needed": "A chair; no steps.", "allergies": "none"}
    caring.note(store, officer, arrest, "screen", screen)
    caring.note(store, medic, arrest, "medicine", {"what": "Insulin, 8 units", "how": "given"})
    caring.note(store, officer, arrest, "meal", {"how": "eaten"})
    caring.note(store, officer, arrest, "phone-call", {"how": "nobody answered"})
    caring.note(store, officer, arrest, "to-hospital", {"hospital": "Riverbend Hospital", "reason": "Sugar low."})
    caring.note(store, medic, arrest, "from-hospital", {"cleared": "yes", "orders": "Meals at fixed hours."})
    caring.say_fit(store, medic, arrest, fit=True, needs=["wheelchair", "medicine-due"])


def restrained(store: Store, duty: Duty, arrest: UUID) -> None:
    """A restraint is a written finding."""
    officer = duty[Role.DETENTION_OFFICER][0]
    said = {
        "what": "Handcuffs in front, eleven minutes",
        "labour_or_recovery": "no",
        "pregnancy": "no",
        "finding": "Struck at the officer at the door; words alone did not calm; taken off once seated.",
    }
    caring.note(store, officer, arrest, "restraint", said)


def asked_for_consulate(store: Store, duty: Duty, arrest: UUID) -> None:
    """Told like everybody; asked; the notice was sent."""
    officer, supervisor = duty[Role.DETENTION_OFFICER][0], duty[Role.CUSTODY_SUPERVISOR][0]
    consular.tell(store, officer, arrest, "Portuguese")
    consular.request(store, officer, arrest, "Exampleland", "Consulate of Exampleland")
    consular.follow(store, supervisor, arrest, "sent")


def needs_an_interpreter(store: Store, duty: Duty, arrest: UUID) -> None:
    """Noted at the cells, asked for by the court, found; not there yet."""
    officer, clerk = duty[Role.DETENTION_OFFICER][0], duty[Role.CLERK][0]
    consular.tell(store, officer, arrest, LANGUAGE)
    need = needs.note(store, officer, arrest, "spoken-language", language=LANGUAGE).id
    found = {"interpreter": "Ms. Example", "qualified": "certified", "mode": "video"}
    needs.follow(store, clerk, need, "asked", {})
    needs.follow(store, clerk, need, "found", found)


def deaf(store: Store, duty: Duty, arrest: UUID) -> None:
    """Sign language, and nobody was asked yet; also cannot read the papers."""
    officer = duty[Role.DETENTION_OFFICER][0]
    needs.note(store, officer, arrest, "sign-language", language="American Sign Language")
    needs.note(store, officer, arrest, "reading", what="Have it signed, not written.")


def found_to_be_a_child(store: Store, duty: Duty, arrest: UUID) -> None:
    """The whole record moves to the children's, and a parent is told."""
    supervisor = duty[Role.CUSTODY_SUPERVISOR][0]
    children.move_across(store, supervisor, arrest, reason="The school's papers show an age of 16.")
    children.take(store, supervisor, arrest, "place-apart", {"where": "Juvenile room", "watched_by": "Officer 7702"})
    told = {"who": "Grandmother", "reached": "yes", "how": "By telephone; on her way."}
    children.take(store, supervisor, arrest, "tell-parent", told)


def kept_from_complainant(store: Store, duty: Duty, arrest: UUID) -> None:
    """Victims are told of bail, an order to keep away is made and served; a further notice is still owed."""
    who = ProtectedPerson("victim", "Wexford", "Delphine", contact="555-0142", address_confidential=True)
    reporting.protect(store, duty[Role.DETECTIVE][0], arrest, who)
    magistrate, clerk = duty[Role.MAGISTRATE][0], duty[Role.CLERK][0]
    victims.order(store, magistrate, arrest, KeepAway("no-contact", 1, SAYS))
    officer = duty[Role.DETENTION_OFFICER][0]
    kept = next(one for one in disclosure.open_orders(store, officer) if one.line.id == arrest)
    order = next(one.id for one in kept.orders if one.served_at is None)
    victims.serve(store, officer, arrest, order, language="English", how="signed")
    for notice in victims.of_arrest(store, clerk, arrest)[:1]:
        victims.told(store, clerk, arrest, notice.id, "telephone")


def bail_argued(store: Store, duty: Duty, arrest: UUID) -> None:
    """The defender appeals against bail, and it is modified, with reasons in writing."""
    reasons = "A deposit of this size is out of reach: no work since May, two children."
    bailing.change(store, duty[Role.DEFENDER][0], arrest, BailAction.APPEALED, reasons=reasons)
    anew = BailGiven(
        BailType.MONETARY,
        2_000,
        10,
        ability_asked="What could be paid today?",
        ability_said="$200, with help of the aunt.",
    )
    said = "Lives with an aunt, and came to each date before."
    bailing.change(store, duty[Role.MAGISTRATE][0], arrest, BailAction.MODIFIED, reasons=said, bail=anew)


def given_to_counsel(store: Store, duty: Duty, arrest: UUID) -> None:
    """The court appoints the public defender, if it has not yet."""
    with where_it_can_be():
        assigning.assign(store, duty[Role.CLERK][0], arrest, duty[Role.DEFENDER][0].sign_in)


def subpoenaed(store: Store, duty: Duty, arrest: UUID) -> None:
    """A party's counsel brings a subpoena, and an office asks for a status and gets the letter."""
    who = disclosure.open_arrest(store, duty[Role.CLERK][0], arrest, why="a subpoena names them").identity
    if who is not None:
        asks(store, duty, PersonGiven(surname=who.surname, given=who.given, birth_date=who.birth_date))


def looked_at_from_elsewhere(store: Store, duty: Duty, arrest: UUID) -> None:
    """Somebody of another site looked, and said why: it stands in the list of what the account was shown."""
    disclosure.open_arrest(store, duty[Role.OFFICER][-1], arrest, why="a neighbor asked me about them")
