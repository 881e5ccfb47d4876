"""The life of an arrest is complete: every state is reached, nobody is stuck, only the complaint may delay a list."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import Conflicts
from pars.record.arrest import GONE, IN_CUSTODY, TRACKS, AskKind, Charging, Court, Custody, Exit, Paper, Standing, after
from pars.record.roles import Role
from pars.record.steps import STEPS

Reached = Mapping[Standing, frozenset[tuple[str, str | None, Standing]]]


@pytest.fixture(scope="module")
def reached() -> Reached:
    """Every standing that the table can reach, with the moves that lead on: (step, outcome, next standing)."""
    found: dict[Standing, frozenset[tuple[str, str | None, Standing]]] = {}
    waiting = deque([Standing()])
    while waiting:
        standing = waiting.popleft()
        if standing in found:
            continue
        moves = {
            (step.name, outcome, after(standing, step, outcome))
            for step in STEPS.values()
            if step.open_at(standing)
            for outcome in (step.outcomes or [None])
        }
        found[standing] = frozenset(moves)
        waiting.extend(following for *_, following in moves if following not in found)
    return found


def test_every_step_and_every_outcome_can_be_taken_somewhere(reached: Reached) -> None:
    taken = {(step, outcome) for moves in reached.values() for step, outcome, _ in moves}

    assert taken == {(step.name, outcome) for step in STEPS.values() for outcome in (step.outcomes or [None])}


def test_every_state_of_every_track_is_reached(reached: Reached) -> None:
    for track, states in TRACKS.items():
        seen = {getattr(standing, track) for standing in reached}
        never = {Paper.WRITTEN, Paper.REFUSED} if track == "report" else {Paper.WRITTEN}
        expected = set(states) - (never if states is Paper else set())
        if track == "report":
            expected = {Paper.PENDING, Paper.WRITTEN, Paper.DONE, Paper.NOT_POSSIBLE}
        assert seen == expected, track


def test_from_every_cell_there_is_a_way_to_a_door(reached: Reached) -> None:
    leads_out = {standing for standing in reached if standing.custody in GONE}
    before: dict[Standing, set[Standing]] = {}
    for standing, moves in reached.items():
        for *_, following in moves:
            before.setdefault(following, set()).add(standing)
    waiting = deque(leads_out)
    while waiting:
        for earlier in before.get(waiting.popleft(), ()):
            if earlier not in leads_out:
                leads_out.add(earlier)
                waiting.append(earlier)

    assert set(reached) == leads_out


def test_who_has_left_is_never_taken_back_by_a_step(reached: Reached) -> None:
    back = [(s, step) for s, moves in reached.items() for step, _, n in moves if s.custody in GONE and n.in_custody]

    assert back == []


def test_no_missing_print_interview_or_report_keeps_anyone_off_a_list(reached: Reached) -> None:
    listing = STEPS["list"]
    for standing in reached:
        if not listing.open_at(standing):
            continue
        for prints in Paper:
            for other in Paper:
                assert listing.open_at(replace(standing, prints=prints, interview=other, report=other))
                listed = after(standing, listing)
                somewhere = STEPS["arraign"].open_at(listed) or STEPS["arraign-at-bedside"].open_at(listed)
                assert somewhere or listed.custody is Custody.DIED


def test_even_without_a_complaint_a_person_in_custody_can_be_listed_at_the_limit(reached: Reached) -> None:
    stuck = [
        standing
        for standing in reached
        if standing.awaits_magistrate
        and standing.court is Court.NOT_LISTED
        and standing.charging is not Charging.DECLINED
        and not STEPS["list"].open_at(standing)
        and not STEPS["list-at-limit"].open_at(standing)
    ]

    assert stuck == []


def test_a_release_that_is_decided_is_owed_at_once(reached: Reached) -> None:
    ending = {"decline", "divert", "release-by-police", "release-pending-investigation", "not-the-person", "post-bail"}
    for standing, moves in reached.items():
        for step, outcome, following in moves:
            if (step in ending or outcome in {"released", "no-probable-cause"}) and standing.in_custody:
                assert following.custody is Custody.RELEASE_OWED, (step, standing)


def test_nobody_is_arraigned_twice(reached: Reached) -> None:
    for standing in reached:
        if standing.court in {Court.ARRAIGNED, Court.DOCKETED, Court.DECIDED}:
            assert not STEPS["arraign"].open_at(standing)
            assert not STEPS["arraign-at-bedside"].open_at(standing)


def test_an_exit_is_left_only_by_the_attorney_the_court_or_death(reached: Reached) -> None:
    for standing, moves in reached.items():
        for step, _, following in moves:
            if standing.exit not in {Exit.NONE, following.exit}:
                court = {"arraign", "arraign-at-bedside"}
                assert step in {"decline", "review-decline", "charge-by-summons", "die", *court}, step


def test_every_step_names_its_takers_what_it_does_and_where_it_comes_from() -> None:
    for name, step in STEPS.items():
        assert step.name == name
        assert step.takes
        assert all(isinstance(role, Role) for role in step.takes)
        assert step.does
        assert step.source
        assert step.when
        assert set(step.when) <= set(TRACKS)
        assert set(step.to) <= set(TRACKS)
        assert len({ask.name for ask in step.asks}) == len(step.asks)
        for ask in step.asks:
            assert (ask.kind is AskKind.CHOICE) == bool(ask.choices)


def test_police_never_hold_the_interview_and_only_a_magistrate_arraigns() -> None:
    assert {role for name in ("interview", "refuse-interview") for role in STEPS[name].takes} == {Role.INTERVIEWER}
    assert STEPS["arraign"].takes == STEPS["arraign-at-bedside"].takes == frozenset({Role.MAGISTRATE})


@given(st.builds(Standing), st.sampled_from(sorted(STEPS)))
def test_a_step_out_of_order_is_refused_naming_the_track_in_its_way(standing: Standing, name: str) -> None:
    step = STEPS[name]
    outcome = next(iter(step.outcomes)) if step.outcomes else None
    if step.open_at(standing):
        assert isinstance(after(standing, step, outcome), Standing)
        return

    with pytest.raises(Conflicts) as refused:
        after(standing, step, outcome)

    in_the_way = [track for track, states in step.when.items() if getattr(standing, track) not in states]
    assert refused.value.code == "out-of-order"
    assert f"{in_the_way[0]} stands at" in refused.value.sentence


def test_every_standing_has_a_stage_in_words(reached: Reached) -> None:
    assert all(standing.stage and "-" not in standing.stage for standing in reached)
    assert {s.stage for s in reached if s.custody is Custody.RELEASE_OWED} == {"release owed"}
    assert IN_CUSTODY.isdisjoint(GONE)
