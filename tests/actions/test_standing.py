"""How an agreement stands is read from what can still tell, and comes out as if everything had been read."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from tests.partnership import Partnership, terms

from pars.actions.standing import compiled, counts, standing, standing_on
from pars.record.roles import Owner
from pars.sharing.consent import Decision, Stance, stance
from pars.sharing.floor import FLOOR
from pars.store import agreements as kept
from pars.store.agreements import Ground

_SAID = """
    insert into sharing.consent (version_id, agreement_id, owner, decision, reason, said_by, said_at, key_id, signature)
    select version_id, agreement_id, owner, %s, reason, said_by, %s, key_id, signature
    from sharing.consent
    where owner = %s and decision = 'grant'
    order by id
    limit 1
    """


@pytest.fixture
def rows(partnership: Partnership, admin_url: str) -> Iterator[Connection[TupleRow]]:
    """The rows of an agreement in force, in which a test writes down what owners said; put back afterwards."""
    partnership.agree()
    with psycopg.connect(admin_url) as connection:
        yield connection
        connection.rollback()


def ground(connection: Connection[TupleRow]) -> Ground:
    found = kept.ground(connection, "sheriff")
    assert found is not None
    return found


def from_everything(connection: Connection[TupleRow], at: datetime) -> Stance:
    """Where the owners stand by all that was ever said."""
    version = ground(connection).basis.version
    terms = compiled(version.terms, FLOOR.sha256).terms
    every = [one.said for one in kept.spoken(connection, "sheriff") if counts(one, terms, version)]
    return stance(every, version.hash, at)


def test_what_a_withdrawal_voided_is_read_no_more_and_changes_nothing(rows: Connection[TupleRow]) -> None:
    dice, left_out = Random(7), 0
    begun = ground(rows).at
    for _ in range(40):
        at = begun
        with rows.transaction(force_rollback=True):
            for _ in range(dice.randrange(1, 16)):
                at += timedelta(days=dice.choice([0, 1, 10, 29, 31]), minutes=1)
                decision = dice.choice([Decision.GRANT, Decision.GRANT, *Decision])
                rows.execute(_SAID, (decision, at, dice.choice(list(Owner))))
            for later in (0, 10, 40):
                moment = at + timedelta(days=later)
                assert standing_on(ground(rows), moment).stance == from_everything(rows, moment)
            left_out += len(kept.spoken(rows, "sheriff")) - len(ground(rows).basis.said)

    assert left_out > 0


def test_without_a_term_it_stands_as_everything_that_was_said_tells(rows: Connection[TupleRow]) -> None:
    dice, states = Random(8), Counter[str]()
    begun = ground(rows).at
    for _ in range(60):
        at = begun
        with rows.transaction(force_rollback=True):
            ended_by = dice.choice(["withdrawn", "floor", "overdue", "pattern"])
            for _ in range(dice.randrange(1, 16)):
                at += timedelta(days=dice.choice([0, 1, 10, 29, 31]), minutes=1)
                decision = dice.choice([Decision.GRANT, *Decision])
                rows.execute(_SAID, (decision, at, dice.choice(list(Owner))))
            ended = begun + (at - begun) * dice.choice([0.5, 1])
            rows.execute("update sharing.term set ended_at = %s, ended_by = %s", (ended, ended_by))
            for later in (0, 10, 40):
                moment = at + timedelta(days=later)
                stood = standing_on(ground(rows), moment)
                assert stood.stance == from_everything(rows, moment)
                assert (stood.term, stood.stands) == (None, False)
                assert stood.stopped_at == (ended if ended_by != "withdrawn" else None)
                states[stood.state] += 1

    assert set(states) == {"proposed", "suspended", "withdrawn", "expired"}


def test_the_newest_version_counts_where_none_is_at_work(partnership: Partnership) -> None:
    partnership.agree()
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    newer = partnership.propose(terms(fields='["name"]'), by=Owner.COURT)

    with partnership.store.transaction("pars_act") as connection:
        stood = standing(connection, "sheriff")
        nothing = standing(connection, "no-such-agreement")

    assert nothing is None
    assert stood is not None
    assert (stood.version.hash, stood.state) == (newer, "withdrawn")


def test_an_agreement_that_was_withdrawn_many_times_is_decided_on_no_more_than_a_new_one(
    rows: Connection[TupleRow],
) -> None:
    new = ground(rows)
    for _ in range(50):
        for owner, decision in [(Owner.COURT, Decision.WITHDRAW), *((owner, Decision.GRANT) for owner in Owner)]:
            rows.execute(_SAID, (decision, new.at, owner))

    again = ground(rows)

    assert len(again.basis.said) == len(new.basis.said) + 1
    assert standing_on(again).stance.granted == standing_on(new).stance.granted == frozenset(Owner)
