"""Bail (Rules 520 to 529): types, conditions, what must be written, and the arithmetic of the deposit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pars.errors import BadInput
from pars.record.roles import Role


class BailType(StrEnum):
    """Rule 524(C), and denial (Pa. Const. art. I § 14)."""

    ROR = "ror"
    NONMONETARY = "nonmonetary"
    UNSECURED = "unsecured"
    NOMINAL = "nominal"
    MONETARY = "monetary"
    DENIED = "denied"


TYPE_WORDS: Mapping[BailType, str] = {
    BailType.ROR: "Release on own recognizance",
    BailType.NONMONETARY: "Release on nonmonetary conditions",
    BailType.UNSECURED: "Release on unsecured bail bond",
    BailType.NOMINAL: "Release on nominal bail",
    BailType.MONETARY: "Release on a monetary condition",
    BailType.DENIED: "Bail denied",
}

CONDITIONS: Mapping[str, str] = {
    "report": "Report to pretrial services as told",
    "travel": "Do not leave the county without leave of the court",
    "no-contact": "No contact with the persons named in the protected list",
    "stay-away": "Stay away from the places named in the protected list",
    "no-weapons": "Give up and do not hold weapons",
    "curfew": "Be at home from ____________ to ____________ (hours written in by hand)",
    "house-arrest": "House arrest with electronic monitoring",
    "treatment": "Take part in treatment as told",
    "testing": "Submit to testing for drugs or alcohol as told",
    "no-driving": "Do not drive",
}
"""Conditions by code, without a word of anybody's: persons and places stand in the protected store and are named there
alone (N13), and the hours of a curfew are written on the paper."""

FIVE_CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "You must appear at all times required until full and final disposition of the case.",
        "You must obey all further orders of the bail authority.",
        (
            "You must give written notice of any change of address within 48 hours to the bail authority, the clerk of"
            " courts, the district attorney, and the court bail agency."
        ),
        (
            "You must neither do, nor cause to be done, nor permit to be done on your behalf, any act of intimidation"
            " of or retaliation against a witness, victim or informant (18 Pa.C.S. 4952, 4953)."
        ),
        "You must refrain from criminal activity.",
    ),
    "es": (
        "Debe comparecer todas las veces que se le exija hasta la resolución final del caso.",
        "Debe obedecer toda orden posterior de la autoridad de fianza.",
        (
            "Debe avisar por escrito de todo cambio de domicilio en un plazo de 48 horas a la autoridad de fianza, a la"
            " secretaría del tribunal, al fiscal de distrito y a la agencia de fianzas."
        ),
        (
            "No debe intimidar ni tomar represalias contra testigos, víctimas o informantes, ni hacer o permitir que"
            " otro lo haga por usted (18 Pa.C.S. 4952, 4953)."
        ),
        "Debe abstenerse de toda actividad delictiva.",
    ),
}
"""The conditions of every bail bond (Rule 526(A)), in the person's language."""

MOST_PERCENT: Final = 10
"""Rule 528(C): a deposit is at most ten percent."""


@dataclass(frozen=True, slots=True)
class BailSettings:
    """Settings of a county: Philadelphia's fee by local rule (V12)."""

    clerk_fee_usd: int = 10


@dataclass(frozen=True, slots=True)
class AbilityToPay:
    """What was asked about ability to pay, and what was said (Rule 528)."""

    asked: str
    said: str | None


@dataclass(frozen=True, slots=True)
class BailOrder:
    """An order, or a position on one: type, money, conditions, reasons."""

    type: BailType
    amount_usd: int | None = None
    percent: int | None = None
    conditions: tuple[str, ...] = ()
    reasons: str | None = None
    ability: AbilityToPay | None = None


def check(order: BailOrder) -> None:
    """Refuse an order that the rules do not know, naming what is missing."""
    for condition in order.conditions:
        if condition not in CONDITIONS:
            raise BadInput(f"a condition is one of: {', '.join(CONDITIONS)}", field="conditions")
    money = order.type in {BailType.MONETARY, BailType.UNSECURED, BailType.NOMINAL}
    if money and not (order.amount_usd and 0 < order.amount_usd <= 100_000_000):  # noqa: PLR2004 - what fits the form
        raise BadInput(f"{TYPE_WORDS[order.type].lower()} needs its amount in dollars", field="amount_usd")
    if not money and order.amount_usd:
        raise BadInput(f"{TYPE_WORDS[order.type].lower()} has no amount", field="amount_usd")
    if order.type is BailType.DENIED and not (order.reasons or "").strip():
        raise BadInput("a denial of bail cannot be saved without its reasons in writing (Rule 520)", field="reasons")
    if order.type is BailType.NONMONETARY and not order.conditions:
        raise BadInput("nonmonetary release names its conditions", field="conditions")
    if order.percent is not None and not (order.type is BailType.MONETARY and 0 < order.percent <= MOST_PERCENT):
        raise BadInput("a deposit is at most 10 percent, and of monetary bail only (Rule 528(C))", field="percent")
    if order.type is BailType.MONETARY and (order.ability is None or not order.ability.asked.strip()):
        raise BadInput(
            "monetary bail needs what was asked about ability to pay, and what was said (Rule 528)",
            field="ability_asked",
        )


def deposit_usd(order: BailOrder, settings: BailSettings) -> int:
    """What must be paid to be let out: the percentage ordered of the amount and the clerk's fee, in whole dollars."""
    if order.type is not BailType.MONETARY or order.amount_usd is None:
        return 0
    if order.percent is None:
        return order.amount_usd
    return -(-order.amount_usd * order.percent // 100) + settings.clerk_fee_usd


class BailAction(StrEnum):
    """Links of the chain that a bail order becomes (N16)."""

    SET = "set"
    APPEALED = "appealed"
    MODIFIED = "modified"
    REVOKED = "revoked"
    REINSTATED = "reinstated"
    POSTED = "posted"
    FORFEITED = "forfeited"
    REFUNDED = "refunded"


WHO: Mapping[BailAction, frozenset[Role]] = {
    BailAction.APPEALED: frozenset({Role.DEFENDER, Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR}),
    BailAction.MODIFIED: frozenset({Role.MAGISTRATE}),
    BailAction.REVOKED: frozenset({Role.MAGISTRATE}),
    BailAction.REINSTATED: frozenset({Role.MAGISTRATE}),
    BailAction.FORFEITED: frozenset({Role.MAGISTRATE}),
    BailAction.REFUNDED: frozenset({Role.CLERK}),
}
"""Whose each later link is. Setting it is the arraignment's, posting it a step; everybody else states a position."""

FOLLOWS: Mapping[BailAction | None, frozenset[BailAction]] = {
    None: frozenset({BailAction.SET}),
    BailAction.SET: frozenset({BailAction.APPEALED, BailAction.MODIFIED, BailAction.REVOKED, BailAction.POSTED}),
    BailAction.APPEALED: frozenset({BailAction.MODIFIED, BailAction.POSTED, BailAction.REVOKED}),
    BailAction.MODIFIED: frozenset({BailAction.APPEALED, BailAction.MODIFIED, BailAction.REVOKED, BailAction.POSTED}),
    BailAction.POSTED: frozenset({BailAction.MODIFIED, BailAction.REVOKED, BailAction.FORFEITED, BailAction.REFUNDED}),
    BailAction.REVOKED: frozenset({BailAction.REINSTATED, BailAction.FORFEITED, BailAction.REFUNDED}),
    BailAction.REINSTATED: frozenset({BailAction.MODIFIED, BailAction.REVOKED, BailAction.POSTED}),
    BailAction.FORFEITED: frozenset({BailAction.REINSTATED, BailAction.REFUNDED}),
    BailAction.REFUNDED: frozenset(),
}
"""Which action may follow which; a test walks the whole table."""
