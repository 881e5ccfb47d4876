"""Patterns that need an explanation, and statements of disparity, on pages: neutral until an owner finds."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import own_people, patterns, statements
from pars.actions.own_people import SEES_OWN_PEOPLE
from pars.actions.patterns import Pattern
from pars.actions.requesting import ASKS
from pars.errors import NotAllowed, NotSignedIn, ParsError
from pars.record.person import WORDS, Ethnicity, Race, Sex
from pars.record.roles import Role
from pars.watch.statement import AGES, Group
from pars.web import charts
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import language_of, page
from pars.web.problems import status_of
from pars.web.reading import Fields, whole
from pars.web.words import spoken

router = APIRouter(include_in_schema=False)
WHERE, STATEMENT, OWN_PEOPLE = "/patterns", "/statements", "/patterns/own-people"

PATTERN_WORDS: Final[Mapping[str, str]] = {
    "disparity": "one group was looked up more often than its share of those who could have been asked about explains",
    "coverage": "more of the newly charged people were looked up than the agreement allows",
    "unlinked": "more look-ups had no case that fits than the agreement allows",
    "crawl-names": "people were looked up in the order of their names",
    "crawl-birth-dates": "people were looked up in the order of their birth dates",
    "crawl-numbers": "look-ups went on from number to number",
    "no-hits": "most look-ups found nobody",
    "guessing": "birth dates were tried for names that had been asked for in vain",
    "clockwork": "look-ups followed one another like clockwork",
    "template": "the same case stood in one look-up after the other",
    "fan-out": "look-ups came from accounts that had hardly asked before",
    "dormant": "look-ups came from accounts that had been quiet for long",
    "crowd": "several accounts looked up the same people",
    "side-door": "many look-ups were on somebody else's behalf",
    "canary": "a record was touched that nobody has a reason to know",
    "own-name": "somebody of the user's own full name was looked up",
    "own-surname": "more people of the user's own surname were looked up than chance explains",
    "colleague": "more people of the full name of a colleague were looked up than chance explains",
    "attention": "far more people looked at one arrest without being handed it than at any of the month before",
}
"""What was seen, in a neutral sentence for each detector."""
ACTION_WORDS: Final[Mapping[str, str]] = {
    "note": "noted for the owners",
    "cosign": "a second person of the partner has to sign each look-up, from the next day on",
    "cosign one": "a second person of the partner has to sign each look-up of this user, from the next day on",
    "cosign no longer": "a second signature was asked for, and is no longer",
    "suspend": "the agreement has ended its own term",
}
"""What follows, by grade: a second signature of everybody or of one user, and for as long as it is asked for."""
BY_CHANCE: Final[Mapping[str, str]] = {
    "canary": "One look-up is enough for it, so no chance was computed. Nothing here says why it happened.",
    "note": (
        "An honest partner is noted for this kind of pattern at most once a year on average."
        " Nothing here says why it happened."
    ),
    "acts": (
        "Chance alone would do this more rarely than the agreement's bound on false alarms says, all detectors"
        " together. Nothing here says why it happened."
    ),
}
"""How often it falls on honest partners: of a canary, of what is noted only, and of what acts."""
SAID_WORDS: Final[Mapping[str, str]] = {
    "appeal": "states grounds",
    "explained": "finds it explained",
    "unexplained": "finds it not explained",
}
"""What somebody said of a pattern."""
SAYINGS: Final[Mapping[str, str]] = {
    "grounds": "State grounds",
    "explained": "Find it explained",
    "unexplained": "Find it not explained",
    "anew": "Vote that this partner's count begins anew; it takes all three owners",
}
"""What an owner can say of a pattern."""
OF_A_SIGNATURE: Final[Mapping[str, str]] = {
    "explained": "Find it explained: the second signature is no longer asked for",
    "unexplained": "Find it not explained: the second signature is asked for",
}
"""Findings where something follows from them by itself."""
WAITING: Final = "Waiting for an owner's finding"
SETTLED: Final = "No finding is waited for"
"""The two parts of the list of patterns."""
LABEL_WORDS: Final[Mapping[str, str]] = {
    "surname": "surname",
    "birth_date": "birth date",
    "birthplace_foreign": "whether born abroad, where that was written down",
    "race": "race",
    "ethnicity": "ethnicity",
    "sex": "sex",
    "neighbourhood": "district",
    "charge_class": "class of the charges",
    "incident": "incident",
}
"""What the sealed edition of a dossier says of everybody who could have been asked for."""
EARLY: Final = timedelta(days=31)
"""For so long into a quarter most of what led to an alarm may stand in the statement of the quarter before."""
GROUP_WORDS: Final[Mapping[str, str]] = {
    "birthplace": "place of birth",
    "national origin": "national origin, by surname",
    "race": "race",
    "ethnicity": "ethnicity",
    "sex": "sex",
    "age": "age",
    "district": "district",
    "abroad": "abroad",
    "abroad, by surname": "abroad",
    **{code: words for kind in (Sex, Race, Ethnicity) for code, words in WORDS[kind].items()},
    **{words: words for _, words in AGES},
    "here": "in the United States",
}
"""Characteristics, and those of their values that are words."""


def follows(one: Pattern) -> str:
    """What follows from a pattern, as it stands now."""
    if one.alarm.action != "cosign":
        return ACTION_WORDS[one.alarm.action]
    if not one.stands:
        return ACTION_WORDS["cosign no longer"]
    return ACTION_WORDS["cosign" if one.alarm.account is None else "cosign one"]


def sayings(one: Pattern) -> Mapping[str, str]:
    """What an owner can say of a pattern; a count that was put away is not begun anew once more."""
    said = {**SAYINGS, **(OF_A_SIGNATURE if one.alarm.action == "cosign" and one.counts else {})}
    return said if one.counts else {name: words for name, words in said.items() if name != "anew"}


def by_chance(one: Pattern) -> str:
    """How often such a pattern falls on honest partners."""
    return BY_CHANCE.get(one.alarm.detector) or BY_CHANCE["note" if one.alarm.action == "note" else "acts"]


def quarter(day: date) -> str:
    """The quarter of a day, as statements are named."""
    return f"{day:%Y}-Q{(day.month + 2) // 3}"


@router.get(WHERE)
def everything(request: Request, store: TheStore, by: Asking) -> Response:
    """Every pattern that needs or needed an explanation, each newest first: what waits for a finding, and the rest."""
    found = patterns.patterns(store, by)
    newest = sorted(found, key=lambda one: (one.alarm.fell_at, one.alarm.number), reverse=True)
    waits = patterns.waiting(found)
    return page(
        request,
        "patterns.html",
        title="Patterns",
        parts=[
            (WAITING, [one for one in newest if one in waits]),
            (SETTLED, [one for one in newest if one not in waits]),
        ],
        words=PATTERN_WORDS,
        follows=follows,
        oversees=by.role in SEES_OWN_PEOPLE,
    )


@router.get(OWN_PEOPLE)
def own_looks(request: Request, store: TheStore, by: Asking) -> Response:
    """Notes on looks of the owners' own people: at names that they have to do with, and at whom many looked."""
    found = own_people.notes(store, by)
    return page(request, "own_people.html", title="Looks of the owners' own people", found=found, words=PATTERN_WORDS)


@router.get(f"{WHERE}/{{alarm_id}}")
def one(request: Request, _: Asking, alarm_id: UUID) -> Response:
    """One pattern: what was seen, what follows, the days around it, what was said, and what an owner can say."""
    return _one(request, alarm_id, {})


def _one(request: Request, alarm_id: UUID, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    found, others = patterns.with_others(store, by, alarm_id)
    early = quarter(found.alarm.day - EARLY)
    stated = statements.statements(store, by, quarter(found.alarm.day))
    mine = next((one for one in stated.partners if one.agency == found.alarm.agency), None)
    return page(
        request,
        "pattern.html",
        200 if error is None else status_of(error),
        title="A pattern that needs an explanation",
        one=found,
        others=others,
        led_to=next((one for one in others if found.led_to(one)), None),
        words=PATTERN_WORDS,
        follows=follows,
        by_chance=by_chance(found),
        said_words=SAID_WORDS,
        sayings=sayings(found),
        between=between,
        groups=GROUP_WORDS,
        labels=LABEL_WORDS,
        stated=mine,
        period=stated.period,
        over=stated.over,
        before=early if early != stated.period and early in stated.periods else None,
        owns=by.role is Role.REPRESENTATIVE,
        asks=by.role in ASKS,
        **_charts(request, mine),
        typed=typed,
        error=error,
    )


def _charts(request: Request, mine: statements.Stated | None) -> dict[str, object]:
    t = spoken(language_of(request))
    if mine is None or not mine.days:
        return {"limits": None, "days": None}
    rows = [
        (_named(t, one.group), one.group.low, one.group.high, one.group.low > mine.allowed)
        for one in mine.lines
        if one.group.told
    ]
    return {
        "limits": charts.limits(
            rows, mine.allowed, t("Between which odds ratios the truth lies, by group"), t("odds ratio")
        )
        if rows
        else None,
        "days": charts.days(mine.days, t("People newly charged and people looked up, by day"), t("people")),
    }


def between(t: Callable[[str], str], low: float, high: float) -> str:
    """The limits of an odds ratio in words: those at an end of the scale may lie beyond it."""
    least = f"1/{1 / charts.LEAST:g} {t('or less')}" if low <= charts.LEAST else f"{low:.2g}"
    most = f"{charts.MOST:g} {t('or more')}" if high >= charts.MOST else f"{high:.2g}"
    return f"{least} – {most}"


def _named(t: Callable[[str], str], group: Group) -> str:
    return ": ".join(t(GROUP_WORDS.get(word, word)) for word in (group.characteristic, group.value))


@router.post(f"{WHERE}/{{alarm_id}}")
def say(request: Request, store: TheStore, by: Asking, fields: PostedFields, alarm_id: UUID) -> Response:
    """An owner's grounds, its finding, or its vote to begin the count anew."""
    words = fields.get("words", "")
    try:
        read = whole(fields, "read", "the number of entries that were read")
        match fields.get("say"):
            case "explained" | "unexplained" as finding:
                patterns.find(store, by, alarm_id, explained=finding == "explained", words=words, read=read)
            case "anew":
                found = patterns.pattern(store, by, alarm_id)
                patterns.begin_anew(store, by, found.alarm.agency, words)
            case _:
                patterns.state_grounds(store, by, alarm_id, words, read)
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _one(request, alarm_id, fields, refusal)
    return RedirectResponse(f"{WHERE}/{alarm_id}", 303)


@router.get(STATEMENT)
def statement(request: Request, store: TheStore, by: Asking, period: str = "") -> Response:
    """The statement of a month or a quarter; of this month when none is named."""
    found = statements.statements(store, by, period or None)
    drawn = {one.agency: _charts(request, one) for one in found.partners}
    return page(
        request, "statement.html", title="Statement", found=found, drawn=drawn, groups=GROUP_WORDS, between=between
    )


@router.get(f"{STATEMENT}/{{period}}")
def as_filed(store: TheStore, by: Asking, period: str) -> Response:
    """A statement as it was filed, as a file."""
    found = statements.as_filed(store, by, period)
    named = {"Content-Disposition": f'attachment; filename="statement-{found.period}.json"'}
    return Response(found.content, media_type="application/json", headers=named)
