"""Where owners stand, by what they said: grants, stops, and what ends a term."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sharing.test_vocabulary import HEAD, purpose

from pars.record.roles import Owner
from pars.sharing.consent import (
    SUSPENSION_LASTS,
    Decision,
    Said,
    Stance,
    Stands,
    grants_needed,
    in_force,
    met,
    sign,
    stance,
    stands_of,
    to_sign,
    withdrawals,
)
from pars.sharing.ed25519 import holds
from pars.sharing.reading import terms_of
from pars.sharing.vocabulary import Consent

AT = datetime(2026, 9, 10, 12, tzinfo=UTC)
POLICE, ATTORNEY, COURT = Owner
TERMS = terms_of(HEAD + purpose())


def said(*words: tuple[Owner, Decision], version: str = "v") -> list[Said]:
    """What was said, an hour apart."""
    return [Said(owner, decision, version, AT + timedelta(hours=n)) for n, (owner, decision) in enumerate(words)]


def after(*words: tuple[Owner, Decision], version: str = "v") -> Stance:
    """Where the owners stand after that, of version v."""
    return stance(said(*words, version=version), "v", AT + timedelta(hours=len(words)))


GRANTS = [(owner, Decision.GRANT) for owner in Owner]


@pytest.mark.parametrize("order", list(permutations(GRANTS)))
def test_three_grants_in_any_order_are_consent(order: tuple[tuple[Owner, Decision], ...]) -> None:
    assert met(after(*order), 3)


@pytest.mark.parametrize("missing", list(Owner))
def test_two_grants_are_not_enough_for_all_three_and_enough_for_two(missing: Owner) -> None:
    two = after(*(word for word in GRANTS if word[0] is not missing))

    assert not met(two, 3)
    assert met(two, 2)


def each(words: list[Said], version: str = "v", *, days: int = 0) -> list[Stands]:
    """Where police, attorney and court stand on a version, so many days after the last word."""
    at = AT + timedelta(hours=len(words), days=days)
    return [stands_of(owner, words, version, stance(words, version, at)) for owner in Owner]


def test_whose_grant_ended_with_anothers_withdrawal_or_by_the_agreement_itself_signs_anew() -> None:
    withdrawn = said(*GRANTS, (COURT, Decision.WITHDRAW))
    ended = [replace(one, void=True) for one in said(*GRANTS)]
    police = Said(POLICE, Decision.GRANT, "v", AT + timedelta(days=1))

    assert each(withdrawn) == [Stands.ANEW, Stands.ANEW, Stands.WITHDREW]
    assert each(ended) == [Stands.ANEW] * 3
    assert each([*ended, police]) == [Stands.SIGNED, Stands.ANEW, Stands.ANEW]
    assert each(withdrawn, "w") == [Stands.UNSIGNED, Stands.UNSIGNED, Stands.WITHDREW]


def test_who_stopped_it_or_took_the_word_back_is_said_to_have_done_so() -> None:
    suspended = said(*GRANTS, (COURT, Decision.SUSPEND))
    withheld = said(*GRANTS, (POLICE, Decision.WITHHOLD))
    both = said(*GRANTS, (COURT, Decision.WITHDRAW), (POLICE, Decision.WITHDRAW))

    assert each(suspended) == [Stands.SIGNED, Stands.SIGNED, Stands.SUSPENDS]
    assert each(suspended, days=31) == [Stands.ANEW, Stands.ANEW, Stands.WITHDREW]
    assert each(withheld) == [Stands.UNSIGNED, Stands.SIGNED, Stands.SIGNED]
    assert each(both) == [Stands.WITHDREW, Stands.ANEW, Stands.WITHDREW]
    assert each([]) == [Stands.UNSIGNED] * 3


@pytest.mark.parametrize("decision", [Decision.WITHHOLD, Decision.ABSTAIN])
def test_abstaining_and_withholding_are_not_consent_and_take_back_ones_own_grant(decision: Decision) -> None:
    assert after(*GRANTS, (COURT, decision)).granted == {POLICE, ATTORNEY}


@pytest.mark.parametrize("owner", list(Owner))
def test_any_owners_withdrawal_voids_every_grant(owner: Owner) -> None:
    now = after(*GRANTS, (owner, Decision.WITHDRAW))

    assert (now.granted, now.withdrawn_by) == (frozenset(), owner)
    assert not met(now, 2)


@pytest.mark.parametrize("owner", list(Owner))
def test_a_suspension_is_lifted_by_the_owner_who_imposed_it_alone(owner: Owner) -> None:
    others = [(other, Decision.GRANT) for other in Owner if other is not owner]

    stopped = after(*GRANTS, (owner, Decision.SUSPEND), *others)
    lifted = after(*GRANTS, (owner, Decision.SUSPEND), (owner, Decision.GRANT))

    assert not met(stopped, 2)
    assert stopped.suspended_by == {owner}
    assert met(lifted, 3)


def test_a_suspension_that_is_not_lifted_in_thirty_days_is_a_withdrawal() -> None:
    words = said(*GRANTS, (COURT, Decision.SUSPEND))
    imposed = words[-1].at

    before = stance(words, "v", imposed + SUSPENSION_LASTS - timedelta(seconds=1))
    over = stance(words, "v", imposed + SUSPENSION_LASTS)

    assert before.suspended_by == {COURT}
    assert (over.suspended_by, over.withdrawn_by, over.withdrawn_at) == (frozenset(), COURT, imposed + SUSPENSION_LASTS)
    late = [*words, Said(COURT, Decision.GRANT, "v", imposed + SUSPENSION_LASTS)]
    assert stance(late, "v", late[-1].at).granted == {COURT}


def test_a_grant_counts_for_its_own_version_alone() -> None:
    assert after(*GRANTS, version="another").granted == frozenset()


@pytest.mark.parametrize(
    ("rule", "before", "needed"),
    [
        (Consent.UNANIMOUS, None, 3),
        (Consent.UNANIMOUS, Consent.UNANIMOUS, 3),
        (Consent.UNANIMOUS, Consent.TWO_OF_THREE, 3),
        (Consent.TWO_OF_THREE, None, 3),
        (Consent.TWO_OF_THREE, Consent.UNANIMOUS, 3),
        (Consent.TWO_OF_THREE, Consent.TWO_OF_THREE, 2),
    ],
)
def test_the_rule_of_two_is_adopted_by_all_three(rule: Consent, before: Consent | None, needed: int) -> None:
    assert grants_needed(rule, before) == needed


@pytest.mark.parametrize(
    ("day", "stands"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2027, 8, 31), True), (date(2027, 9, 1), False)],
)
def test_both_days_of_the_term_are_included(day: date, stands: bool) -> None:  # noqa: FBT001 - a table's column
    assert in_force(TERMS, after(*GRANTS), 3, day) is stands


WORDS = st.lists(st.tuples(st.sampled_from(list(Owner)), st.sampled_from(list(Decision))), max_size=12)


@given(words=WORDS, owner=st.sampled_from(list(Owner)), stop=st.sampled_from([Decision.WITHDRAW, Decision.SUSPEND]))
def test_after_any_history_one_owners_stop_is_enough(
    words: list[tuple[Owner, Decision]], owner: Owner, stop: Decision
) -> None:
    assert not met(after(*words, (owner, stop)), 2)


@given(words=WORDS, rest=st.lists(st.sampled_from([owner for owner in Owner if owner is not COURT]), max_size=6))
def test_a_suspension_outlasts_whatever_the_others_grant(
    words: list[tuple[Owner, Decision]], rest: list[Owner]
) -> None:
    now = after(*words, (COURT, Decision.SUSPEND), *((owner, Decision.GRANT) for owner in rest))

    assert not met(now, 2)


@given(words=WORDS, rest=st.lists(st.tuples(st.sampled_from([POLICE, ATTORNEY]), st.sampled_from(list(Decision)))))
def test_a_suspension_outlasts_whatever_the_others_say(
    words: list[tuple[Owner, Decision]], rest: list[tuple[Owner, Decision]]
) -> None:
    now = after(*words, (COURT, Decision.SUSPEND), *rest)

    assert COURT in now.suspended_by
    assert not met(now, 2)


def test_two_owners_do_not_go_on_past_a_suspension_by_way_of_a_withdrawal() -> None:
    """T18. Whoever withdraws lifts nobody else's suspension."""
    now = after(*GRANTS, (COURT, Decision.SUSPEND), (POLICE, Decision.WITHDRAW), GRANTS[0], GRANTS[1])

    assert now == Stance(frozenset({POLICE, ATTORNEY}), frozenset({COURT}), POLICE, now.withdrawn_at)
    assert not met(now, 2)


def test_a_suspension_said_again_lasts_no_longer() -> None:
    first = Said(COURT, Decision.SUSPEND, "v", AT)
    again = Said(COURT, Decision.SUSPEND, "v", AT + SUSPENSION_LASTS - timedelta(days=1))

    assert stance([first, again], "v", AT + SUSPENSION_LASTS).withdrawn_by is COURT


@given(words=WORDS, days=st.integers(0, 20))
def test_the_last_withdrawal_is_among_all_of_them(words: list[tuple[Owner, Decision]], days: int) -> None:
    history = [Said(owner, decision, "v", AT + n * timedelta(days=days)) for n, (owner, decision) in enumerate(words)]
    at = AT + len(words) * timedelta(days=days)
    now, every = stance(history, "v", at), list(withdrawals(history, at))

    assert (now.withdrawn_by is None) == (not every)
    assert now.withdrawn_by is None or (now.withdrawn_by, now.withdrawn_at) in every


@given(words=WORDS)
def test_less_consent_never_puts_more_in_force(words: list[tuple[Owner, Decision]]) -> None:
    whole = after(*words).granted

    for place, word in enumerate(words):
        if word[1] is Decision.GRANT and Decision.SUSPEND not in {said for _, said in words}:
            assert after(*words[:place], *words[place + 1 :]).granted <= whole


KEY = bytes(range(32))


def test_a_signature_is_over_agreement_version_term_and_decision() -> None:
    from_key = sign(KEY, to_sign(TERMS, "v"))
    public = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")  # of RFC 8032's test key

    others = [to_sign(TERMS, "w"), to_sign(TERMS, "v", Decision.WITHDRAW)]
    others.append(to_sign(terms_of(HEAD.replace("2027-08-31", "2027-09-01") + purpose()), "v"))
    others.append(to_sign(terms_of(HEAD.replace('"sheriff"', '"sheriff-b"') + purpose()), "v"))

    assert holds(public, to_sign(TERMS, "v"), from_key)
    assert not any(holds(public, other, from_key) for other in others)
    assert not holds(public, to_sign(TERMS, "v"), from_key[:-1])
    assert not holds(public[:-1], to_sign(TERMS, "v"), from_key)
    assert all(one != other for one, other in pairwise(others))


def test_what_is_signed_can_be_written_down_by_hand() -> None:
    assert to_sign(TERMS, "v") == (
        b'{"agreement":"sheriff","decision":"grant","from":"2026-09-01","until":"2027-08-31","version":"v"}'
    )
