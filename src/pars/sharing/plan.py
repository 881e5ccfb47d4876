"""A plan: what an inquiry would do, known before any row is read. Cedar judges it, the projection carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pars.record.roles import Owner


@dataclass(frozen=True, slots=True)
class Shows:
    """Classes of records and columns that the projection of a plan could show; each must be false."""

    juvenile: bool = False
    sealed: bool = False
    declined: bool = False
    victims: bool = False
    free_text: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One inquiry's plan. Days are the city's; `granted` holds the owners whose grants stand.

    `tells` holds the steps that a subscription names, or the one that is being told; an inquiry has none.
    """

    agreement: str
    partner: str
    unit: str
    purpose: str
    case_kind: str
    search: frozenset[str]
    fields: frozenset[str]
    status: frozenset[str]
    after: str
    delay_hours: int
    charge_class: frozenset[str]
    district: frozenset[str]
    today: date
    granted: frozenset[Owner]
    stopped: bool = False
    judicial_warrant: bool = False
    co_signed: bool = False
    tells: frozenset[str] = frozenset()
    shows: Shows = field(default_factory=Shows)

    def context(self) -> Mapping[str, object]:
        """The plan as Cedar reads it."""
        return {
            "unit": self.unit,
            "purpose": self.purpose,
            "case_kind": self.case_kind,
            "search": sorted(self.search),
            "fields": sorted(self.fields),
            "status": sorted(self.status),
            "after": self.after,
            "delay_hours": self.delay_hours,
            "charge_class": sorted(self.charge_class),
            "district": sorted(self.district),
            "today": day_number(self.today),
            "consents": {consent_name(owner): owner in self.granted for owner in Owner},
            "stopped": self.stopped,
            "judicial_warrant": self.judicial_warrant,
            "co_signed": self.co_signed,
            "tells": sorted(self.tells),
            "shows": {
                "juvenile": self.shows.juvenile,
                "sealed": self.shows.sealed,
                "declined": self.shows.declined,
                "victims": self.shows.victims,
                "free_text": self.shows.free_text,
            },
        }


def day_number(day: date) -> int:
    """A day as a number that a person can read in a policy: 20260901."""
    return day.year * 10_000 + day.month * 100 + day.day


def consent_name(owner: Owner) -> str:
    """An owner's name as an attribute."""
    return owner.value.replace("-", "_")
