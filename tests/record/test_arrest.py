"""How an arrest stands, and the rules by which any step moves it, from any standing at all."""

from dataclasses import FrozenInstanceError, asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import Conflicts, NotAllowed
from pars.record.arrest import (
    GONE,
    IN_CUSTODY,
    TRACKS,
    Charging,
    Court,
    Custody,
    Exit,
    Paper,
    Standing,
    Step,
    after,
    may_take,
    open_steps,
    standing_of,
)
from pars.record.roles import Role
from pars.record.steps import STEPS

standings = st.builds(
    Standing,
    custody=st.sampled_from(Custody),
    prints=st.sampled_from(Paper),
    report=st.sampled_from(Paper),
    charging=st.sampled_from(Charging),
    interview=st.sampled_from(Paper),
    court=st.sampled_from(Court),
    exit=st.sampled_from(Exit),
)
steps = st.sampled_from([STEPS[name] for name in STEPS])


def any_outcome(step: Step) -> str | None:
    """The first outcome of a step, or none when it has none."""
    return next(iter(step.outcomes)) if step.outcomes else None


def test_an_arrest_begins_with_nothing_done() -> None:
    begun = Standing()

    assert begun.custody is Custody.ARRESTED
    assert begun.exit is Exit.NONE
    assert begun.awaits_magistrate
    assert begun.waiting == ("no prints", "no report", "no interview")


def test_every_state_of_custody_is_either_kept_or_gone() -> None:
    assert set(Custody) == IN_CUSTODY | GONE
    assert set(Custody) - IN_CUSTODY == {Custody.RELEASED, Custody.COMMITTED, Custody.TRANSFERRED, Custody.DIED}


def test_a_standing_cannot_be_edited() -> None:
    standing = Standing()

    with pytest.raises(FrozenInstanceError):
        standing.custody = Custody.RELEASED  # type: ignore[misc]


def test_the_tracks_are_the_parts_of_a_standing_in_their_order() -> None:
    assert list(TRACKS) == list(asdict(Standing()))


@given(standings)
def test_the_clock_runs_for_everyone_kept_whom_no_magistrate_has_seen_and_who_is_owed_no_release(
    standing: Standing,
) -> None:
    unseen = standing.court in {Court.NOT_LISTED, Court.LISTED}
    kept = standing.custody in IN_CUSTODY and standing.custody is not Custody.RELEASE_OWED

    assert standing.awaits_magistrate == (unseen and kept)


@given(standings)
def test_what_is_missing_is_named_only_while_the_clock_runs(standing: Standing) -> None:
    if not standing.awaits_magistrate:
        assert standing.waiting == ()
        return

    missing = {"no prints": standing.prints, "no report": standing.report, "no interview": standing.interview}

    assert set(standing.waiting) == {words for words, paper in missing.items() if paper is Paper.PENDING}


@given(standings)
def test_a_standing_is_read_back_from_its_own_words(standing: Standing) -> None:
    words = {track: str(state) for track, state in asdict(standing).items()}

    assert standing_of(words) == standing


def test_a_word_that_no_track_has_is_not_read() -> None:
    words = {track: str(state) for track, state in asdict(Standing()).items()}

    with pytest.raises(ValueError, match="escaped"):
        standing_of({**words, "custody": "escaped"})


@pytest.mark.parametrize(
    ("standing", "stage"),
    [
        (Standing(), "arrested"),
        (Standing(Custody.IN_TRANSIT), "in transit"),
        (Standing(Custody.BOOKED), "booked"),
        (Standing(Custody.BOOKED, report=Paper.WRITTEN), "report awaits approval"),
        (Standing(Custody.BOOKED, report=Paper.DONE, charging=Charging.SUBMITTED), "awaits charging"),
        (Standing(Custody.BOOKED, charging=Charging.RETURNED), "returned with a question"),
        (Standing(Custody.BOOKED, charging=Charging.CHARGED), "awaits certification"),
        (Standing(Custody.BOOKED, charging=Charging.CERTIFIED), "to be listed"),
        (Standing(Custody.BOOKED, charging=Charging.NOT_NEEDED), "to be listed"),
        (Standing(Custody.BOOKED, charging=Charging.CERTIFIED, court=Court.LISTED), "listed"),
        (Standing(Custody.AT_HOSPITAL, charging=Charging.CERTIFIED, court=Court.LISTED), "at hospital"),
        (Standing(Custody.AT_EVALUATION, report=Paper.WRITTEN), "at evaluation"),
        (Standing(Custody.HELD_ON_BAIL, charging=Charging.CERTIFIED, court=Court.ARRAIGNED), "held on bail"),
        (Standing(Custody.RELEASE_OWED, charging=Charging.DECLINED), "release owed"),
        (Standing(Custody.RELEASED, charging=Charging.CERTIFIED, court=Court.DOCKETED), "released"),
        (Standing(Custody.COMMITTED, court=Court.ARRAIGNED), "committed"),
        (Standing(Custody.TRANSFERRED), "transferred"),
        (Standing(Custody.DIED, court=Court.LISTED), "died"),
    ],
)
def test_the_stage_is_what_the_desks_call_it(standing: Standing, stage: str) -> None:
    assert standing.stage == stage


@given(standings)
def test_every_standing_has_a_stage_in_words(standing: Standing) -> None:
    assert standing.stage
    assert standing.stage == standing.stage.replace("-", " ").lower()


@given(standings, steps)
def test_a_step_is_open_exactly_when_it_can_be_taken(standing: Standing, step: Step) -> None:
    if step.open_at(standing):
        assert isinstance(after(standing, step, any_outcome(step)), Standing)
        return

    with pytest.raises(Conflicts):
        after(standing, step, any_outcome(step))


@given(standings, steps)
def test_a_step_out_of_order_is_refused_naming_the_track_its_state_and_what_it_could_follow(
    standing: Standing, step: Step
) -> None:
    in_the_way = [track for track, states in step.when.items() if getattr(standing, track) not in states]
    if not in_the_way:
        return

    with pytest.raises(Conflicts) as refused:
        after(standing, step, any_outcome(step))

    track = in_the_way[0]
    assert refused.value.code == "out-of-order"
    assert step.label in refused.value.sentence
    assert f"{track} stands at “{getattr(standing, track)}”" in refused.value.sentence
    assert all(f"“{state}”" in refused.value.sentence for state in step.when[track])


@given(standings, steps)
def test_a_step_moves_the_tracks_that_it_names_and_no_other(standing: Standing, step: Step) -> None:
    outcome = any_outcome(step)
    if not step.open_at(standing):
        return

    moved = after(standing, step, outcome)

    changes = {**step.to, **(step.outcomes[outcome] if step.outcomes and outcome else {})}
    for track in TRACKS:
        was, now = getattr(standing, track), getattr(moved, track)
        if track not in changes or (track == "custody" and not standing.in_custody):
            assert now is was, track
        else:
            assert now is changes[track], track


@given(standings, steps)
def test_no_step_takes_into_custody_whoever_has_left(standing: Standing, step: Step) -> None:
    gone = standing if not standing.in_custody else replace(standing, custody=Custody.RELEASED)
    if step.open_at(gone):
        assert after(gone, step, any_outcome(step)).custody is gone.custody


@pytest.mark.parametrize("outcome", [None, "", "acquitted"])
def test_an_arraignment_ends_in_one_of_its_outcomes_or_is_refused(outcome: str | None) -> None:
    listed = Standing(Custody.BOOKED, charging=Charging.CERTIFIED, court=Court.LISTED)

    with pytest.raises(Conflicts) as refused:
        after(listed, STEPS["arraign"], outcome)

    assert refused.value.code == "no-such-outcome"
    assert "released, held-on-bail, no-probable-cause" in refused.value.sentence


def test_no_probable_cause_owes_the_release_and_says_why() -> None:
    listed = Standing(Custody.BOOKED, charging=Charging.CERTIFIED, court=Court.LISTED)

    found = after(listed, STEPS["arraign"], "no-probable-cause")

    assert found == replace(listed, court=Court.ARRAIGNED, custody=Custody.RELEASE_OWED, exit=Exit.NO_PROBABLE_CAUSE)


def test_an_answer_for_the_outcome_is_not_needed_where_there_is_but_one() -> None:
    assert after(Standing(), STEPS["book"], "whatever").custody is Custody.BOOKED


@given(steps, st.sampled_from(Role))
def test_a_step_is_for_its_takers_and_refused_to_all_others_naming_them(step: Step, role: Role) -> None:
    if role in step.takes:
        may_take(step, role)
        return

    with pytest.raises(NotAllowed) as refused:
        may_take(step, role)

    assert refused.value.code == "not-your-step"
    assert all(taker.value in refused.value.sentence for taker in step.takes)


@given(standings, st.sampled_from(Role))
def test_a_desk_is_offered_exactly_what_it_may_take_and_what_can_be_taken(standing: Standing, role: Role) -> None:
    offered = list(open_steps(STEPS, standing, role))

    assert offered == [step for step in STEPS.values() if role in step.takes and step.open_at(standing)]


@given(standings, st.sampled_from([Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR, Role.DEFENDER, Role.REPRESENTATIVE]))
def test_whoever_works_for_no_owner_is_offered_no_step(standing: Standing, role: Role) -> None:
    assert list(open_steps(STEPS, standing, role)) == []


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("certify", "Rules 508, 1003(B)"),
        ("post-bail", "Rule 528"),
        ("issue-summons", "Rules 405, 509, 519(B)"),
        ("take-prints", "18 Pa.C.S. 9112"),
        ("release-by-police", "Rule 519(B); 18 Pa.C.S. 2711(c)"),
        ("book", ""),
        ("decline", ""),
    ],
)
def test_a_desk_reads_the_law_of_a_step_and_not_our_own_notes(name: str, law: str) -> None:
    assert law in STEPS[name].law if law else STEPS[name].law == ""
    assert "practice" not in STEPS[name].law
