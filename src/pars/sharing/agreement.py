"""An agreement's terms as values: what owners and a partner agree to. `sharing.reading` reads them from a file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pars.sharing.vocabulary import (
    AFTER,
    AFTER_WITHIN,
    STATUS_WITHIN,
    CaseReference,
    Consent,
    Onward,
    Transform,
)


@dataclass(frozen=True, slots=True)
class Term:
    """From the first day to the last, both included, in the city's time zone."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows may be found: one word of `status` is true, and every narrowing that is given holds."""

    status: tuple[str, ...] = ("charged",)
    after: str = "charged"
    delay_hours: int = 0
    charge_class: tuple[str, ...] = ()
    district: tuple[str, ...] = ()

    @property
    def status_within(self) -> frozenset[str]:
        """The words of `status` whose rows are all among those of these."""
        return frozenset(word for one in self.status for word in STATUS_WITHIN[one])

    @property
    def after_within(self) -> tuple[str, ...]:
        """The words of `after` that show nobody earlier. Without a delay whoever is shown at all was charged before."""
        return AFTER if self.after == AFTER[0] and not self.delay_hours else AFTER_WITHIN[self.after]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What may be asked for one purpose, by which sets of criteria, which fields are answered, what is told later."""

    code: str
    case_reference: CaseReference
    search_by: tuple[frozenset[str], ...]
    fields: tuple[str, ...]
    rows: Rows = Rows()
    tell_of: tuple[str, ...] = ()
    transform: Mapping[str, Transform] = field(default_factory=dict)
    co_sign: bool = False
    judicial_warrant: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one may ask in a day of the city. No limit of a unit: the agency's counts."""

    per_user_per_day: int = 20
    per_agency_per_day: int = 100
    per_unit_per_day: int | None = None

    @property
    def of_unit(self) -> int:
        """How often the people of one unit may ask together."""
        return self.per_agency_per_day if self.per_unit_per_day is None else self.per_unit_per_day


@dataclass(frozen=True, slots=True)
class Duties:
    """What the partner owes afterwards. `overdue_suspends_after_days` None: no delay ends the term by itself."""

    outcome_within_days: int = 30
    retain_days: int = 90
    onward: Onward = Onward.FORBIDDEN
    overdue_suspends_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What counts as a habit that needs an explanation."""

    odds_ratio_allowed: float = 1.5
    coverage_allowed: float = 0.35
    unlinked_allowed: float = 0.06
    false_alarms_per_year: float = 0.01


@dataclass(frozen=True, slots=True)
class Terms:
    """What three owners and a partner agree to, and nothing else."""

    id: str
    partner: str
    units: tuple[str, ...]
    term: Term
    consent: Consent
    purposes: tuple[Purpose, ...]
    limits: Limits = Limits()
    duties: Duties = Duties()
    watch: Watch = Watch()
    fee_usd_per_year: int = 0
    text: str | None = None

    def purpose(self, code: str) -> Purpose | None:
        """The purpose of that code; None when the agreement does not have it."""
        return next((one for one in self.purposes if one.code == code), None)


def contract_hash(contract: bytes) -> str:
    """The hash by which a version names the contract that was signed: SHA-256 of the file as it came, hex."""
    return hashlib.sha256(contract).hexdigest()


def version_hash(text: str) -> str:
    """The hash that names one version of terms: SHA-256 of the file's UTF-8 bytes, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
