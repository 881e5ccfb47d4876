"""What `evaluating` measured, as figures and as a table for people."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Final

from pars.watch import floor
from pars.watch.evaluating import Honest, Row, Seen, interval, rows
from pars.watch.fewest import TERMS
from pars.watch.floor import Got, Plan
from pars.watch.simulate import LABELS

_HEAD: Final = (
    "| pattern | seen | look-ups: median (p90) | of the group | days | aim | fewest, ratio | 3-sigma |",
    "|---|---|---|---|---|---|---|---|",
)
_FLOOR_HEAD: Final = ("| look-ups | seen | days: median (p90) | of the group: median |", "|---|---|---|---|")
_MONTH: Final = 30
_SLOW: Final = 60
"""A pattern that is given longer than this is a slow one, and has its own time to be seen in."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What fell on honest partners, a partner-year; with the exact 95 % interval of what acts."""

    partner_years: float
    look_ups: int
    alarms: int
    a_year: float
    interval_95: tuple[float, float]
    bound_a_year: float
    notes_a_year: float
    by_name_a_year: float
    three_sigma_a_year: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One pattern by one kind of labels; a delay is None where that part of the runs was not seen in its time."""

    pattern: str
    labels: str
    runs: int
    within_days: int
    seen: float
    look_ups_median: float | None
    look_ups_p90: float | None
    group_median: float | None
    """Of the look-ups, those of people born abroad."""
    group_p90: float | None
    days_median: float | None
    days_p90: float | None
    aim: str
    fewest: float | None
    ratio: float | None
    three_sigma_seen: float


@dataclass(frozen=True, slots=True)
class Best:
    """What the adversary found, measured on worlds in which it did not search."""

    plan: str
    tried: int
    runs: int
    records_median: float
    seen: float

    @classmethod
    def of(cls, plan: Plan, tried: int, got: Sequence[Got]) -> "Best":
        """Of a plan and what it got."""
        return cls(plan.in_words(), tried, len(got), median(one.records for one in got), mean(one.seen for one in got))


@dataclass(slots=True)
class Report:
    """All that was measured."""

    quick: bool
    honest: list[Honest] = field(default_factory=list)
    seen: dict[tuple[str, str], list[Seen]] = field(default_factory=dict)
    informed: dict[str, list[int | None]] = field(default_factory=dict)
    """Of hidden sweeps: the look-ups of each run until a test sees them that knows them beforehand."""
    slow: dict[str, list[Seen]] = field(default_factory=dict)
    """Of the floor curve."""
    best: Best | None = None

    def rates(self) -> Rates:
        """Of honest partners."""
        years, alarms = sum(one.years for one in self.honest), sum(one.acting for one in self.honest)
        return Rates(
            partner_years=round(years, 1),
            look_ups=sum(one.looks for one in self.honest),
            alarms=alarms,
            a_year=alarms / years,
            interval_95=interval(alarms, years),
            bound_a_year=TERMS.false_alarms_per_year,
            notes_a_year=sum(one.notes for one in self.honest) / years,
            by_name_a_year=sum(one.by_name for one in self.honest) / years,
            three_sigma_a_year=sum(one.sigma for one in self.honest) / years,
        )

    def patterns(self) -> list[Measured]:
        """Each pattern by each kind of labels."""
        kinds = [(row, kind) for kind in LABELS for row in rows(quick=self.quick)]
        return [_measured(row, kind, self.seen[row.name, kind]) for row, kind in kinds if (row.name, kind) in self.seen]

    def floor(self) -> list[Measured]:
        """The floor curve."""
        return [_measured(row, LABELS[0], self.slow[row.name]) for row in floor.rows() if row.name in self.slow]

    def beforehand(self, name: str) -> tuple[float | None, float | None]:
        """Median and ninth decile of the look-ups of an informed test."""
        looks = sorted(math.inf if one is None else one for one in self.informed[name])
        return _finite(looks[(len(looks) - 1) // 2]), _finite(looks[math.ceil(0.9 * len(looks)) - 1])

    def lines(self) -> list[str]:
        """The same for people."""
        patterns = self.patterns()
        said = [_of_honest(self.rates())]
        for kind in dict.fromkeys(one.labels for one in patterns):
            said += ["", f"labels: {kind}", "", *_HEAD, *(_line(one) for one in patterns if one.labels == kind)]
        if self.informed:
            said += ["", *(_of_informed(name, self.beforehand(name)) for name in self.informed)]
        if self.slow:
            said += ["", "how slow a pattern goes unseen", "", *_FLOOR_HEAD, *(_slow(one) for one in self.floor())]
        if self.best is not None:
            said += ["", _of_adversary(self.best)]
        return said


def _of_honest(rates: Rates) -> str:
    low, high = rates.interval_95
    return (
        f"{rates.partner_years} honest partner-years, {rates.look_ups} look-ups: {rates.alarms} alarms that act, "
        f"{rates.a_year:.4f} a year (95 %: {low:.4f} to {high:.4f}; bound {rates.bound_a_year:g}); "
        f"notes {rates.notes_a_year:.2f} a year, on names {rates.by_name_a_year:.2f}; "
        f"3-sigma rule {rates.three_sigma_a_year:.1f} a year"
    )


def _of_informed(name: str, looks: tuple[float | None, float | None]) -> str:
    return f"a test that knew it beforehand sees “{name}” after {_shown(looks[0])} ({_shown(looks[1])}) look-ups"


def _of_adversary(best: Best) -> str:
    return (
        f"the best way that was found to hide, of {best.tried} tried: {best.plan}: "
        f"{best.records_median:.0f} records of the group in {floor.HORIZON_DAYS} days or until an alarm acts "
        f"(median of {best.runs} other runs), an alarm in {best.seen:.0%}"
    )


def _measured(row: Row, kind: str, seen: list[Seen]) -> Measured:
    within = _MONTH if row.days <= _SLOW else row.days
    looks = sorted(math.inf if one.looks is None else one.looks for one in seen)
    days = sorted(math.inf if one.days is None else one.days for one in seen)
    group = sorted(math.inf if one.group is None else one.group for one in seen)
    middle, ninth = (len(seen) - 1) // 2, math.ceil(0.9 * len(seen)) - 1
    return Measured(
        pattern=row.name,
        labels=kind,
        runs=len(seen),
        within_days=within,
        seen=sum(one.days is not None and one.days <= within for one in seen) / len(seen),
        look_ups_median=_finite(looks[middle]),
        look_ups_p90=_finite(looks[ninth]),
        group_median=_finite(group[middle]),
        group_p90=_finite(group[ninth]),
        days_median=_finite(days[middle]),
        days_p90=_finite(days[ninth]),
        aim=row.aim,
        fewest=row.fewest,
        ratio=None if row.fewest is None else _finite(looks[middle] / row.fewest),
        three_sigma_seen=sum(one.sigma_days is not None and one.sigma_days <= within for one in seen) / len(seen),
    )


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else round(value, 2)


def _line(one: Measured) -> str:
    beside = "" if one.fewest is None else f"{one.fewest:.0f}, {_shown(one.ratio, 1)}"
    looks = f"{_shown(one.look_ups_median)} ({_shown(one.look_ups_p90)})"
    seen = f"{one.seen:.0%} in {one.within_days} days"
    days = _shown(one.days_median, 1)
    group = f"{_shown(one.group_median)} ({_shown(one.group_p90)})"
    return (
        f"| {one.pattern} | {seen} | {looks} | {group} | {days} | {one.aim} | {beside} | {one.three_sigma_seen:.0%} |"
    )


def _slow(one: Measured) -> str:
    days = f"{_shown(one.days_median)} ({_shown(one.days_p90)})"
    return f"| {one.pattern} | {one.seen:.0%} in {one.within_days} days | {days} | {_shown(one.group_median)} |"


def _shown(value: float | None, digits: int = 0) -> str:
    return "not" if value is None else f"{value:.{digits}f}"
