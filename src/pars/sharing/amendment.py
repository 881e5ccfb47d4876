"""What an amendment changes, in plain words: what opens, what closes, what changes otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pars.sharing.agreement import Purpose, Rows, Terms
from pars.sharing.vocabulary import Consent, Onward, Transform
from pars.sharing.words import overdue_in_words, search_in_words, status_in_words, written


class Direction(StrEnum):
    """Whether a change gives the partner more, less, or neither."""

    OPENS = "opens"
    CLOSES = "closes"
    CHANGES = "changes"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One change."""

    direction: Direction
    sentence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that an amendment changes."""

    lines: Sequence[Line]


WIDTH: Mapping[Transform | None, int] = {None: 2, Transform.YEAR: 1, Transform.LAST4: 1, Transform.BAND: 0}
"""How much of a field leaves: the whole, its year or last four, or ten years of it."""
OPENS, CLOSES, CHANGES = Direction.OPENS, Direction.CLOSES, Direction.CHANGES


def difference(old: Terms, new: Terms) -> Difference:
    """What the new terms change against the old ones."""
    return Difference((*_head(old, new), *_purposes(old, new), *_rest(old, new)))


def _head(old: Terms, new: Terms) -> Iterator[Line]:
    if old.id != new.id:
        yield Line(
            CHANGES, f"this is another agreement: {new.id} instead of {old.id}; no signature of one counts for both"
        )
    if old.partner != new.partner:
        yield Line(CHANGES, f"the partner is {new.partner} instead of {old.partner}")
    for unit in new.units:
        if unit not in old.units and old.units != ("all",):
            yield Line(OPENS, "every unit may ask" if unit == "all" else f"the unit {unit} may ask")
    for unit in old.units:
        if unit not in new.units and new.units != ("all",):
            yield Line(
                CLOSES, "not every unit may ask any more" if unit == "all" else f"nobody of {unit} may ask any more"
            )
    for which, before, after in (
        ("begins", old.term.first, new.term.first),
        ("ends", old.term.last, new.term.last),
    ):
        if before != after:
            wider = after > before if which == "ends" else after < before
            yield Line(OPENS if wider else CLOSES, f"the term {which} {written(after)} instead of {written(before)}")
    if old.consent is not new.consent:
        easier = new.consent is Consent.TWO_OF_THREE
        yield Line(OPENS if easier else CLOSES, f"consent is {new.consent.value} instead of {old.consent.value}")


def _purposes(old: Terms, new: Terms) -> Iterator[Line]:
    for purpose in new.purposes:
        before = old.purpose(purpose.code)
        if before is None:
            yield Line(OPENS, f"the partner may ask for the purpose {purpose.code}")
        else:
            yield from _purpose(before, purpose)
    for purpose in old.purposes:
        if new.purpose(purpose.code) is None:
            yield Line(CLOSES, f"the partner may not ask for the purpose {purpose.code} any more")


def _purpose(old: Purpose, new: Purpose) -> Iterator[Line]:
    code = new.code
    for name in _more(old.fields, new.fields):
        yield Line(OPENS, f"for {code} the partner also sees {name}")
    for name in _more(new.fields, old.fields):
        yield Line(CLOSES, f"for {code} the partner does not see {name} any more")
    for search in _more(old.search_by, new.search_by):
        yield Line(OPENS, f"for {code} one may search by {search_in_words(search)}")
    for search in _more(new.search_by, old.search_by):
        yield Line(CLOSES, f"for {code} one may not search by {search_in_words(search)} any more")
    for step in _more(old.tell_of, new.tell_of):
        yield Line(OPENS, f"for {code} the partner may be told that somebody was {step}")
    for step in _more(new.tell_of, old.tell_of):
        yield Line(CLOSES, f"for {code} the partner is not told any more that somebody was {step}")
    yield from _rows(code, old.rows, new.rows)
    if old.case_reference is not new.case_reference:
        before, after = old.case_reference.value, new.case_reference.value
        yield Line(CHANGES, f"for {code} the case is a {after} number instead of a {before} number")
    yield from _transforms(old, new)
    yield from _needs(code, "a second signature", was=old.co_sign, now=new.co_sign)
    yield from _needs(code, "a judge's warrant", was=old.judicial_warrant, now=new.judicial_warrant)


def _rows(code: str, old: Rows, new: Rows) -> Iterator[Line]:
    """Each narrowing by itself: what only adds opens, what only takes away closes."""
    if (frozenset(old.status), old.after) != (frozenset(new.status), new.after):
        narrower, wider = _among(new, old), _among(old, new)
        direction = CHANGES if narrower is wider else CLOSES if narrower else OPENS
        yield Line(direction, f"for {code} rows are: {status_in_words(new)}; before: {status_in_words(old)}")
    if old.delay_hours != new.delay_hours:
        shorter = OPENS if new.delay_hours < old.delay_hours else CLOSES
        direction = shorter if old.after == new.after else CHANGES  # hours after another step are no more and no less
        sentence = f"for {code} a row is found {new.delay_hours} hours after its step instead of {old.delay_hours}"
        yield Line(direction, sentence)
    yield from _narrowing(
        f"for {code}", "charges of the class", "charges of every class", old.charge_class, new.charge_class
    )
    yield from _narrowing(
        f"for {code}", "arrests in the district", "arrests in every district", old.district, new.district
    )


def _among(some: Rows, others: Rows) -> bool:
    """Whether status and step alone show nobody, and nobody earlier, whom the other rows do not."""
    return some.after in others.after_within and others.status_within.issuperset(some.status)


def _narrowing(whose: str, some: str, every: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """A list that narrows rows; an empty one narrows nothing."""
    if old and not new:
        yield Line(OPENS, f"{whose} {every} are found")
    elif new and not old:
        yield Line(CLOSES, f"{whose} only {some} {' or '.join(new)} are found")
    else:
        for word in _more(old, new):
            yield Line(OPENS, f"{whose} {some} {word} are found, too")
        for word in _more(new, old):
            yield Line(CLOSES, f"{whose} {some} {word} are not found any more")


def _more(before: Sequence[T], after: Sequence[T]) -> list[T]:
    return [one for one in after if one not in before]


def _transforms(old: Purpose, new: Purpose) -> Iterator[Line]:
    for name in sorted({*old.transform, *new.transform} & {*old.fields} & {*new.fields}):
        was, now = old.transform.get(name), new.transform.get(name)
        if was is not now:
            how = f"narrowed to {now.value}" if now else "whole"
            direction = OPENS if WIDTH[now] > WIDTH[was] else CLOSES
            yield Line(direction, f"for {new.code} {name} is {how}")


def _needs(code: str, what: str, *, was: bool, now: bool) -> Iterator[Line]:
    if was != now:
        yield Line(CLOSES if now else OPENS, f"for {code} each inquiry needs {what}{'' if now else ' no more'}")


def more_of_the_same(old: Terms, new: Terms) -> Sequence[str]:
    """What opens though the solvers find no request for it: a field less narrowed, more requests a day, for others.

    On whose behalf somebody asks is no part of what the policies decide; it is decided before them.
    """
    kept = [(before, after) for after in new.purposes if (before := old.purpose(after.code)) is not None]
    wider = [line for before, after in kept for line in _transforms(before, after)]
    return [line.sentence for line in (*wider, *_limits(old, new), *_onward(old, new)) if line.direction is OPENS]


def _limits(old: Terms, new: Terms) -> Iterator[Line]:
    yield from _numbers(
        ("inquiries by one person a day", old.limits.per_user_per_day, new.limits.per_user_per_day),
        ("inquiries by the agency a day", old.limits.per_agency_per_day, new.limits.per_agency_per_day),
        ("inquiries by one unit a day", old.limits.of_unit, new.limits.of_unit),
    )


def _numbers(*compared: tuple[str, float, float]) -> Iterator[Line]:
    for what, before, after in compared:
        if before != after:
            wider = after > before if what != "false alarms a year" else after < before
            yield Line(OPENS if wider else CLOSES, f"{what}: {after} instead of {before}")


def _rest(old: Terms, new: Terms) -> Iterator[Line]:
    yield from _limits(old, new)
    yield from _numbers(
        ("days until an outcome is owed", old.duties.outcome_within_days, new.duties.outcome_within_days),
        ("days that answers may be kept", old.duties.retain_days, new.duties.retain_days),
        ("odds ratio that needs no explanation", old.watch.odds_ratio_allowed, new.watch.odds_ratio_allowed),
        ("share of a day's intake that may be asked about", old.watch.coverage_allowed, new.watch.coverage_allowed),
        ("share of inquiries without a checked case", old.watch.unlinked_allowed, new.watch.unlinked_allowed),
        ("false alarms a year", old.watch.false_alarms_per_year, new.watch.false_alarms_per_year),
    )
    yield from _overdue(old.duties.overdue_suspends_after_days, new.duties.overdue_suspends_after_days)
    yield from _onward(old, new)
    if old.fee_usd_per_year != new.fee_usd_per_year:
        yield Line(CHANGES, f"the fee is {new.fee_usd_per_year} dollars a year instead of {old.fee_usd_per_year}")
    if old.text != new.text:
        yield Line(CHANGES, f"the signed text is {new.text or 'none'} instead of {old.text or 'none'}")


def _overdue(before: int | None, after: int | None) -> Iterator[Line]:
    """More days, or never, leave a late partner its answers for longer: that opens, though no single answer changes."""
    if before == after:
        return
    wider = after is None or (before is not None and after > before)
    sentence = f"being overdue ends the term: {overdue_in_words(after)} instead of {overdue_in_words(before)}"
    yield Line(OPENS if wider else CLOSES, sentence)


def _onward(old: Terms, new: Terms) -> Iterator[Line]:
    """With written consent somebody may ask on another agency's behalf, which is refused where it is forbidden."""
    before, after = old.duties.onward, new.duties.onward
    if before is not after:
        opens = before is Onward.FORBIDDEN
        may = "may be made" if opens else "may not be made any more"
        sentence = f"passing on is {after.value} instead of {before.value}: inquiries on another agency's behalf {may}"
        yield Line(OPENS if opens else CLOSES, sentence)
