"""The table of steps, walked to its ends: every life that it lets an arrest lead, about 24,000 standings."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import NamedTuple, TypeAlias

import pytest

from pars.errors import BadInput, NotThere
from pars.record.answers import read
from pars.record.arrest import GONE, TRACKS, AskKind, Charging, Court, Custody, Exit, Paper, Standing, after
from pars.record.care import FORMS as CARE_FORMS
from pars.record.children import STEPS as CHILDREN_STEPS
from pars.record.roles import OWNER_OF, Owner, Role
from pars.record.steps import BEFORE_COURT, KEPT, STEPS, step_named


class Move(NamedTuple):
    """One step that can be taken from a standing, how it ended, and where it leads."""

    step: str
    outcome: str | None
    to: Standing


Lives: TypeAlias = Mapping[Standing, tuple[Move, ...]]

PAPER_STEPS = frozenset(name for name, step in STEPS.items() if set(step.to) <= {"prints", "report", "interview"})
"""Steps that move nothing but prints, report and interview."""

NEVER = {
    ("prints", Paper.WRITTEN): "prints are taken, not written",
    ("interview", Paper.WRITTEN): "an interview is held or not; nobody approves it",
    ("report", Paper.REFUSED): "police may be unable to report, never unwilling",
}
"""States that no arrest reaches, and why: prints, report and interview share one set of words."""


@pytest.fixture(scope="session")
def lives() -> Lives:
    """Every standing that can be reached from the moment of arrest, with the moves that lead on."""
    found: dict[Standing, tuple[Move, ...]] = {}
    waiting = deque([Standing()])
    while waiting:
        standing = waiting.popleft()
        if standing in found:
            continue
        found[standing] = tuple(
            Move(step.name, outcome, after(standing, step, outcome))
            for step in STEPS.values()
            if step.open_at(standing)
            for outcome in (step.outcomes or (None,))
        )
        waiting.extend(move.to for move in found[standing])
    return found


def leading_to(
    lives: Lives, there: Callable[[Standing], bool], *, without: frozenset[str] = frozenset()
) -> set[Standing]:
    """The standings from which some way leads there that takes none of the steps `without`."""
    before: dict[Standing, set[Standing]] = {}
    for standing, moves in lives.items():
        for move in moves:
            if move.step not in without:
                before.setdefault(move.to, set()).add(standing)
    found = {standing for standing in lives if there(standing)}
    waiting = deque(found)
    while waiting:
        new = before.get(waiting.popleft(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def moves_that(lives: Lives, wrong: Callable[[Standing, Move], bool]) -> set[tuple[str, str | None, Standing]]:
    """The moves of which something is true: the step, its outcome and where it was taken."""
    return {
        (move.step, move.outcome, standing)
        for standing, moves in lives.items()
        for move in moves
        if wrong(standing, move)
    }


# Complete: nothing in the table is idle, nothing in the words is unreached.


def test_every_step_can_be_taken_somewhere_and_can_end_in_each_of_its_outcomes(lives: Lives) -> None:
    taken = {(move.step, move.outcome) for moves in lives.values() for move in moves}

    written = {(name, outcome) for name, step in STEPS.items() for outcome in (step.outcomes or (None,))}

    assert taken == written


def test_every_state_of_every_track_is_reached_or_stands_among_those_that_never_are(lives: Lives) -> None:
    reached = {(track, getattr(standing, track)) for standing in lives for track in TRACKS}

    every = {(track, state) for track, states in TRACKS.items() for state in states}

    assert every - reached == set(NEVER)


def test_every_step_changes_something_but_what_is_written_anew_or_reviewed(lives: Lives) -> None:
    idle = moves_that(lives, lambda standing, move: move.to == standing)

    assert {step for step, _, _ in idle} == {"write-report", "review-bail", "extend-commitment"}


# No dead end: whoever is in custody has a way on, and a way out alive.


def test_from_every_cell_a_way_leads_out_on_which_nobody_dies(lives: Lives) -> None:
    alive = leading_to(lives, lambda standing: standing.custody in GONE - {Custody.DIED})

    stuck = [standing for standing in lives if standing.in_custody and standing not in alive]

    assert stuck == []


def test_whoever_waits_for_a_magistrate_can_come_before_one_with_no_print_interview_or_report(lives: Lives) -> None:
    arraigned = leading_to(lives, lambda standing: standing.court is Court.ARRAIGNED, without=PAPER_STEPS)

    stuck = [
        standing
        for standing in lives
        if standing.awaits_magistrate and standing.charging is not Charging.DECLINED and standing not in arraigned
    ]

    assert stuck == []


def test_the_door_opens_for_whoever_is_owed_a_release_whatever_else_is_open(lives: Lives) -> None:
    owed = [standing for standing in lives if standing.custody is Custody.RELEASE_OWED]

    assert owed
    assert all(STEPS["sign-out"].open_at(standing) for standing in owed)


def test_a_release_can_be_ordered_for_everyone_who_is_kept(lives: Lives) -> None:
    assert all(STEPS["owe-release"].open_at(standing) for standing in lives if standing.custody in KEPT)


def test_whoever_is_held_on_bail_can_post_it_wherever_they_are_kept(lives: Lives) -> None:
    held = [standing for standing in lives if standing.custody in KEPT and standing.court not in BEFORE_COURT]

    kept_in = {standing.custody for standing in held if not STEPS["post-bail"].open_at(standing)}

    assert kept_in == set()


def test_whoever_came_back_from_hospital_after_bail_was_set_can_still_be_committed(lives: Lives) -> None:
    can_be = leading_to(lives, lambda standing: standing.custody is Custody.COMMITTED)

    held = [standing for standing in lives if standing.custody is Custody.BOOKED and standing.court is Court.ARRAIGNED]

    assert [standing for standing in held if standing not in can_be] == []


# N1: only the complaint may delay a list, and at the limit not even that.


@pytest.mark.parametrize(
    "name",
    [
        "list",
        "list-at-limit",
        "arraign",
        "arraign-at-bedside",
        "owe-release",
        "post-bail",
        "commit",
        "sign-out",
        "decline",
    ],
)
def test_no_print_interview_or_report_stands_in_the_way(lives: Lives, name: str) -> None:
    step = STEPS[name]
    without_papers = {
        replace(standing, prints=Paper.PENDING, report=Paper.PENDING, interview=Paper.PENDING)
        for standing in lives
        if step.open_at(standing)
    }

    closed = [
        (standing, papers)
        for standing in without_papers
        for papers in product(Paper, repeat=3)
        if not step.open_at(replace(standing, prints=papers[0], report=papers[1], interview=papers[2]))
    ]

    assert without_papers
    assert closed == []


def test_prints_and_the_interview_stand_in_the_way_of_no_step_of_another_track() -> None:
    own_business = {"take-prints", "refuse-prints", "prints-not-possible"} | {
        "interview",
        "refuse-interview",
        "interview-not-possible",
    }

    assert {name for name, step in STEPS.items() if {"prints", "interview"} & set(step.when)} == own_business


def test_the_report_stands_in_the_way_of_no_step_but_its_own() -> None:
    assert {name for name, step in STEPS.items() if "report" in step.when} == {
        "write-report",
        "send-back-report",
        "approve-report",
        "report-not-possible",
    }


def test_in_custody_without_a_complaint_the_list_is_open_at_the_limit_in_every_state_of_charging(lives: Lives) -> None:
    waiting = [
        standing
        for standing in lives
        if standing.awaits_magistrate
        and standing.court is Court.NOT_LISTED
        and standing.charging is not Charging.DECLINED
    ]

    neither = [s for s in waiting if not STEPS["list"].open_at(s) and not STEPS["list-at-limit"].open_at(s)]

    assert {standing.charging for standing in waiting} == set(Charging) - {Charging.DECLINED}
    assert neither == []


# What is owed is owed: a decision for release frees, and nothing takes it back.


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("decline", None),
        ("post-bail", None),
        ("owe-release", None),
        ("release-by-police", None),
        ("divert", None),
        ("release-pending-investigation", None),
        ("not-the-person", None),
        ("arraign", "no-probable-cause"),
        ("arraign", "released"),
        ("arraign-at-bedside", "no-probable-cause"),
        ("arraign-at-bedside", "released"),
    ],
)
def test_a_decision_that_frees_always_ends_in_a_release_that_is_owed(
    lives: Lives, name: str, outcome: str | None
) -> None:
    ends = {
        move.to.custody
        for standing, moves in lives.items()
        if standing.in_custody
        for move in moves
        if (move.step, move.outcome) == (name, outcome)
    }

    assert ends == {Custody.RELEASE_OWED}


def test_no_step_brings_back_into_custody_whoever_has_left(lives: Lives) -> None:
    assert moves_that(lives, lambda standing, move: standing.custody in GONE and move.to.in_custody) == set()


def test_whoever_has_left_stays_where_they_went(lives: Lives) -> None:
    left = moves_that(
        lives, lambda standing, move: standing.custody in GONE and move.to.custody is not standing.custody
    )

    assert left == set()


def test_no_step_takes_back_a_release_that_is_owed(lives: Lives) -> None:
    taken_back = moves_that(
        lives, lambda standing, move: standing.custody is Custody.RELEASE_OWED and move.to.custody in KEPT
    )

    assert {(step, outcome, standing.exit) for step, outcome, standing in taken_back} == set()


def test_nobody_is_arraigned_on_charges_that_were_declined_in_full(lives: Lives) -> None:
    declined = [standing for standing in lives if standing.charging is Charging.DECLINED]

    arraigned = {move.step for standing in declined for move in lives[standing] if move.to.court is Court.ARRAIGNED}

    assert arraigned - {move.step for s in declined if s.court not in BEFORE_COURT for move in lives[s]} == set()


def test_whoever_proved_not_to_be_the_person_sought_is_never_held_on_bail(lives: Lives) -> None:
    held = {
        move.step
        for standing, moves in lives.items()
        for move in moves
        if standing.exit is Exit.NOT_THE_PERSON and move.to.custody is Custody.HELD_ON_BAIL
    }

    assert held == set()


# Once: no second arraignment, no second moment of arrest, one way into each end.


def test_nobody_comes_before_the_magistrate_a_second_time(lives: Lives) -> None:
    heard = [standing for standing in lives if standing.court not in BEFORE_COURT]

    again = [s for s in heard if STEPS["arraign"].open_at(s) or STEPS["arraign-at-bedside"].open_at(s)]
    undone = [(s, move.step) for s in heard for move in lives[s] if move.to.court in BEFORE_COURT]

    assert heard
    assert again == []
    assert undone == []


def test_a_decided_case_stays_decided(lives: Lives) -> None:
    assert moves_that(lives, lambda s, move: s.court is Court.DECIDED and move.to.court is not Court.DECIDED) == set()


def test_nobody_returns_to_the_moment_of_arrest(lives: Lives) -> None:
    arrested = moves_that(
        lives, lambda s, move: s.custody is not Custody.ARRESTED and move.to.custody is Custody.ARRESTED
    )

    assert arrested == set()


@pytest.mark.parametrize(
    ("end", "ways"),
    [
        (Custody.RELEASED, {("sign-out", Custody.RELEASE_OWED), ("issue-summons", Custody.ARRESTED)}),
        (Custody.COMMITTED, {("commit", Custody.HELD_ON_BAIL)}),
    ],
)
def test_each_door_has_its_own_step(lives: Lives, end: Custody, ways: set[tuple[str, Custody]]) -> None:
    taken = moves_that(lives, lambda standing, move: standing.in_custody and move.to.custody is end)

    assert {(step, standing.custody) for step, _, standing in taken} >= ways
    assert {step for step, _, _ in taken} == {step for step, _ in ways}


def test_nobody_is_held_on_bail_or_committed_whom_no_magistrate_has_seen(lives: Lives) -> None:
    unseen = [
        standing
        for standing in lives
        if standing.custody in {Custody.HELD_ON_BAIL, Custody.COMMITTED} and standing.court in BEFORE_COURT
    ]

    assert unseen == []


def test_a_summons_or_citation_is_only_for_whoever_was_never_brought_in(lives: Lives) -> None:
    where = {standing.custody for standing, moves in lives.items() for move in moves if move.step == "issue-summons"}

    assert where == {Custody.ARRESTED}


@pytest.mark.parametrize("name", ["divert", "release-by-police", "release-pending-investigation", "issue-summons"])
def test_police_let_nobody_go_on_their_own_once_a_charge_was_decided_or_a_list_made(lives: Lives, name: str) -> None:
    taken = {
        (standing.charging, standing.court) for standing, moves in lives.items() for move in moves if move.step == name
    }

    undecided = {Charging.WAITING, Charging.SUBMITTED, Charging.RETURNED}
    assert {charging for charging, _ in taken} <= undecided
    assert {court for _, court in taken} == {Court.NOT_LISTED}


# The dead: what happened to them stays written.


def test_no_later_decision_writes_over_a_death(lives: Lives) -> None:
    over = moves_that(lives, lambda standing, move: standing.exit is Exit.DIED and move.to.exit is not Exit.DIED)

    assert {step for step, _, _ in over} == set()


@pytest.mark.parametrize("name", ["interview", "list", "list-at-limit", "arraign", "arraign-at-bedside", "take-prints"])
def test_whoever_has_died_is_not_interviewed_printed_listed_or_arraigned(lives: Lives, name: str) -> None:
    dead = [standing for standing in lives if standing.custody is Custody.DIED]

    assert dead
    assert not any(STEPS[name].open_at(standing) for standing in dead)


# Each row of the table.


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_row_names_whose_it_is_where_it_comes_from_and_what_it_asks(lives: Lives, step: object) -> None:
    row = STEPS[str(getattr(step, "name", ""))]

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.name)
    assert row.takes
    assert row.takes <= set(Role)
    assert row.label
    assert row.does
    assert re.search(r"Rules? \d|\d+ Pa\.C\.S\.|\bN\d+|practice of the desks", row.source)
    assert row.when
    assert all(set(states) <= set(TRACKS[track]) and states for track, states in row.when.items())
    assert all(state in set(TRACKS[track]) for track, state in row.to.items())
    assert len({ask.name for ask in row.asks}) == len(row.asks)
    assert all(bool(ask.choices) == (ask.kind is AskKind.CHOICE) for ask in row.asks)


def test_labels_tell_the_steps_apart() -> None:
    assert len({step.label for step in STEPS.values()}) == len(STEPS)


def test_every_step_belongs_to_somebody_who_works_for_an_owner() -> None:
    strangers = {role for step in STEPS.values() for role in step.takes if OWNER_OF[role] is None}

    assert strangers == set()


def test_only_an_interviewer_speaks_for_the_interview() -> None:
    moving = {name: step.takes for name, step in STEPS.items() if "interview" in step.to}

    assert set(moving) == {"interview", "refuse-interview", "interview-not-possible"}
    assert set(moving.values()) == {frozenset({Role.INTERVIEWER})}


def test_an_interviewer_speaks_for_nothing_else() -> None:
    taken = {name for name, step in STEPS.items() if Role.INTERVIEWER in step.takes}

    assert taken == {"interview", "refuse-interview", "interview-not-possible"}


@pytest.mark.parametrize("name", ["arraign", "arraign-at-bedside"])
def test_only_a_magistrate_arraigns(name: str) -> None:
    assert STEPS[name].takes == {Role.MAGISTRATE}


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("charge", Owner.DISTRICT_ATTORNEY),
        ("decline", Owner.DISTRICT_ATTORNEY),
        ("review-decline", Owner.DISTRICT_ATTORNEY),
        ("return", Owner.DISTRICT_ATTORNEY),
        ("charge-by-summons", Owner.DISTRICT_ATTORNEY),
        ("certify", Owner.COURT),
        ("list", Owner.COURT),
        ("unlist", Owner.COURT),
        ("docket", Owner.COURT),
        ("decide", Owner.COURT),
        ("post-bail", Owner.COURT),
        ("write-report", Owner.POLICE),
        ("approve-report", Owner.POLICE),
        ("commit", Owner.POLICE),
        ("sign-out", Owner.POLICE),
        ("release-by-police", Owner.POLICE),
    ],
)
def test_each_owner_decides_what_is_its_own(name: str, owner: Owner) -> None:
    assert {OWNER_OF[role] for role in STEPS[name].takes} == {owner}


def test_nobody_approves_a_report_or_reviews_a_decline_without_being_a_supervisor() -> None:
    assert STEPS["approve-report"].takes == {Role.POLICE_SUPERVISOR}
    assert STEPS["review-decline"].takes == {Role.CHARGING_SUPERVISOR}


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in STEPS if name.endswith("-not-possible") or name.startswith("refuse-")),
        *("unlist", "list-at-limit", "decline", "review-decline", "owe-release", "send-back-report", "not-the-person"),
        *("die", "divert", "release-pending-investigation", "transfer-juvenile"),
    ],
)
def test_what_is_not_done_or_undone_says_why(name: str) -> None:
    asked = {ask.name: ask for ask in STEPS[name].asks}

    assert asked["reason"].required
    assert asked["reason"].kind is AskKind.NARRATIVE


def test_nobody_is_handed_to_another_jurisdiction_without_the_number_of_a_judges_warrant() -> None:
    required = {ask.name for ask in STEPS["transfer-jurisdiction"].asks if ask.required}

    assert required == {"authority", "warrant_number"}


def test_a_name_that_no_step_has_is_refused() -> None:
    with pytest.raises(NotThere) as refused:
        step_named("deport")

    assert refused.value.code == "no-such-step"
    assert step_named("book") is STEPS["book"]


def test_the_law_beside_a_step_names_every_rule_of_its_source_and_no_finding() -> None:
    forms = (*STEPS.values(), *CHILDREN_STEPS.values(), *CARE_FORMS.values())

    assert {step.name: step.law for step in forms if "," in step.law} == {
        "certify": "Rules 508, 1003(B)",
        "interview": "Rules 523, 530",
        "arraign": "Rules 540, 1003(D)",
        "issue-summons": "Rules 405, 509, 519(B)",
        "detention-order": "42 Pa.C.S. 6325, 6327",
        "restraint": "61 Pa.C.S. 1104, 5905",
    }
    assert [step.name for step in forms if re.search(r"\b[NV]\d", step.law)] == []
    assert STEPS["arraign-at-bedside"].law == "Rule 540"
    assert STEPS["release-by-police"].law == "Rule 519(B); 18 Pa.C.S. 2711(c)"
    assert STEPS["book"].law == ""


def test_a_badge_with_a_letter_is_taken_and_the_refusal_of_another_says_so() -> None:
    out = {"property_returned": True, "papers_given": "release order"}

    taken = read(step_named("sign-out"), out | {"opened_by": "812a"})
    with pytest.raises(BadInput) as refusal:
        read(step_named("sign-out"), out | {"opened_by": "sergeant"})

    assert taken["opened_by"] == "812A"
    assert refusal.value.sentence.endswith("is up to six digits, with a letter if it has one, such as 4417 or 812A")
