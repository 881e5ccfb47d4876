"""The theorems about agreements, each with a sentence that lawyers read and the request that would break it.

What stands here is what no agreement may ever do; `proof` asks two solvers whether one could.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pars.record.fields import FREE_KINDS
from pars.record.roles import Owner
from pars.sharing.agreement import Terms
from pars.sharing.floor import About, Floor
from pars.sharing.plan import consent_name, day_number
from pars.sharing.smt import NEVER, Formula, Translation, both, either, has, negated
from pars.sharing.vocabulary import (
    AFTER,
    CRITERIA,
    FIELDS,
    FLOOR_CRITERIA,
    FLOOR_FIELDS,
    FLOOR_PURPOSES,
    FLOOR_STATUS,
    FLOOR_STEPS,
    NUMBERS,
    PURPOSES,
    STATUS,
    STEP_WRITER,
    TELL_OF,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    WRITER,
    CaseReference,
    Consent,
    kinds_of,
)

WORDS: Final[Mapping[str, Sequence[str]]] = {
    "search": (*CRITERIA, *FLOOR_CRITERIA),
    "fields": (*FIELDS, *WARRANT_FIELDS, *FLOOR_FIELDS),
    "status": (*STATUS, *WARRANT_STATUS, *FLOOR_STATUS),
    "purpose": (*PURPOSES, *FLOOR_PURPOSES),
    "tells": (*TELL_OF, *FLOOR_STEPS),
    "case_kind": tuple(CaseReference),
    "after": AFTER,
}
"""Words that the theorems speak of, by attribute."""


@dataclass(frozen=True, slots=True)
class Question:
    """What theorems are asked of: a translation of policies, and the terms that they were compiled from."""

    over: Translation
    agreements: Sequence[Terms]
    floor: Floor

    def some(self, name: str, words: Sequence[str]) -> Formula:
        """That a set attribute holds one of these words."""
        return either([self.over.holds(name, word) for word in words])


Breaks = Callable[[Question], Formula]
"""The request that would break a theorem, besides being allowed."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """What is proved: its name, a sentence that lawyers read, and what would break it."""

    name: str
    sentence: str
    breaks: Breaks


def granted(owner: Owner) -> Formula:
    """That this owner has given its consent and not taken it back."""
    return f"consents.{consent_name(owner)}"


def _rule_met(terms: Terms) -> Formula:
    one, two, three = (granted(owner) for owner in Owner)
    if terms.consent is Consent.UNANIMOUS:
        return both([one, two, three])
    return either([both([one, two]), both([one, three]), both([two, three])])


def _is(asked: Question, terms: Terms) -> Formula:
    return asked.over.equals("resource", terms.id)


def _lawful(asked: Question) -> Formula:
    name, born = asked.over.holds("search", "name"), asked.over.holds("search", "birth_date")
    numbered = both([asked.some("search", NUMBERS), either([name, born])])
    return both([either([both([name, born]), numbered]), negated(asked.over.outside("search", CRITERIA))])


def _shows(*names: str) -> Formula:
    """That a class of records is shown, or that nobody says whether it is."""
    said = [both([has("shows"), has(f"shows.{name}"), negated(f"shows.{name}")]) for name in names]
    return negated(both(said))


def _consent_breaks(asked: Question) -> Formula:
    known = [both([_is(asked, terms), negated(_rule_met(terms))]) for terms in asked.agreements]
    unknown = negated(either([_is(asked, terms) for terms in asked.agreements]))
    stopped = either([negated(has("stopped")), "stopped"])
    return either([*known, unknown, stopped])


def _term_breaks(asked: Question) -> Formula:
    return either(
        [
            both(
                [
                    _is(asked, terms),
                    either([f"(< today {day_number(terms.term.first)})", f"(> today {day_number(terms.term.last)})"]),
                ]
            )
            for terms in asked.agreements
        ]
    )


def _free_text_breaks(asked: Question) -> Formula:
    free = [word for word in WORDS["fields"] if kinds_of(word) & FREE_KINDS]
    return either([_shows("free_text"), asked.some("fields", free)])


def _warrant_breaks(asked: Question) -> Formula:
    asks = either([asked.some("fields", WARRANT_FIELDS), asked.some("status", WARRANT_STATUS)])
    return both([asks, negated(both([has("judicial_warrant"), "judicial_warrant"]))])


def _told_breaks(asked: Question) -> Formula:
    told = asked.over.outside("tells", ())
    custody = either([asked.some("fields", WARRANT_FIELDS), asked.some("status", WARRANT_STATUS)])
    return either([asked.over.outside("tells", TELL_OF), both([told, custody])])


def _purpose_breaks(asked: Question) -> Formula:
    return negated(either([asked.over.equals("purpose", word) for word in PURPOSES]))


def _partner_breaks(asked: Question) -> Formula:
    return negated(
        either([both([_is(asked, one), asked.over.equals("principal", one.partner)]) for one in asked.agreements])
    )


def _writer_breaks(asked: Question) -> Formula:
    taken = either([both([_written_by(asked, owner), negated(granted(owner))]) for owner in Owner])
    return both([either([_is(asked, one) for one in asked.agreements]), taken])


def _written_by(asked: Question, owner: Owner) -> Formula:
    """That something which an owner writes would leave, be told, or be confirmed."""
    theirs = [word for word, writer in WRITER.items() if writer is owner]
    steps = [word for word, writer in STEP_WRITER.items() if writer is owner]
    docket = asked.over.equals("case_kind", CaseReference.DOCKET) if "docket_number" in theirs else NEVER
    numbers = [word for word in NUMBERS if word in theirs]
    return either([asked.some("fields", theirs), asked.some("search", numbers), asked.some("tells", steps), docket])


THEOREMS: Final = (
    Theorem(
        "no-floor-field",
        "no agreement releases a field on the floor",
        lambda asked: asked.some("fields", [*FLOOR_FIELDS, *asked.floor.words(About.FIELD)]),
    ),
    Theorem(
        "no-floor-search",
        "nobody searches by a word on the floor, alone or with others",
        lambda asked: asked.some("search", [*FLOOR_CRITERIA, *asked.floor.words(About.SEARCH)]),
    ),
    Theorem(
        "one-named-person",
        "nobody searches by less than one named person: no number alone, no name alone",
        lambda asked: negated(_lawful(asked)),
    ),
    Theorem("consent", "nothing is answered unless the owners' rule of consent is met", _consent_breaks),
    Theorem("term", "nothing is answered before the first day or after the last", _term_breaks),
    Theorem(
        "no-hidden-record",
        "no juvenile, sealed, expunged, declined or victim's record is shown",
        lambda asked: either([_shows("juvenile", "sealed", "declined", "victims"), asked.some("status", FLOOR_STATUS)]),
    ),
    Theorem("no-free-text", "no free text is released, by kind", _free_text_breaks),
    Theorem(
        "only-under-a-warrant",
        "address, custody site, release and future appearances go out under a judge's warrant alone",
        _warrant_breaks,
    ),
    Theorem(
        "only-case-steps",
        "nobody is told of custody, release, bail posting or a future appearance, but of steps of a case alone",
        _told_breaks,
    ),
    Theorem("purpose", "nothing is answered for a purpose outside the closed list", _purpose_breaks),
    Theorem(
        "own-partner", "an agreement answers its own partner, and adding one concerns nobody else", _partner_breaks
    ),
    Theorem(
        "writers-consent",
        "a field, a number or a step leaves or is confirmed only with the grant of the owner who writes it",
        _writer_breaks,
    ),
)
MONOTONE: Final = Theorem(
    "less-consent-less-answer", "taking a consent away, or stopping, never adds an answer", lambda _: NEVER
)
"""Over pairs of requests: what breaks it stands in `proof`, as of the next."""
NOT_BROADER: Final = Theorem(
    "not-broader", "the new terms permit nothing that the old ones do not permit", lambda _: NEVER
)
TOLD_BY_WORDS: Final = frozenset(
    {"no-floor-field", "no-floor-search", "one-named-person", "only-case-steps", "only-under-a-warrant", "purpose"}
)
"""Theorems that the words of terms break by themselves; the others hang on the policies around them."""
NO_FLOOR_ROW: Final = Theorem(
    "no-hidden-record",
    "no juvenile, sealed, expunged, declined or victim's record is shown",
    lambda asked: asked.some("status", FLOOR_STATUS),
)
