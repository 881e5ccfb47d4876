"""The life of an agreement: proposed with its proofs, signed by the owners' own keys, ended by any one of them."""

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from unittest.mock import patch

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger.logs import broken
from tests.partnership import FIELDS, Partnership, asks, terms, with_contract

from pars import clock
from pars.actions import (
    agreements,
    agreements_shown,
    amending,
    duties,
    grading,
    letters,
    owner_keys,
    patterns,
    questions,
)
from pars.actions.acting import By
from pars.actions.agreements import Saying
from pars.actions.agreements_shown import Shown
from pars.actions.inquiries import inquire
from pars.clock import city_day
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, ParsError, TooLarge, Unavailable
from pars.ledger.receipt import public_key
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision, sign, to_sign
from pars.sharing.inquiry import Refused
from pars.sharing.owed import Duty
from pars.sharing.reading import terms_of
from pars.store.database import Store
from pars.store.keys import Keys
from pars.store.measuring.calls import Overheard

POLICE, ATTORNEY, COURT = Owner
GRANT, WITHDRAW, SUSPEND = Decision.GRANT, Decision.WITHDRAW, Decision.SUSPEND


def shown(partnership: Partnership, name: str = "sheriff") -> Shown:
    """The agreement as an owner sees it."""
    return agreements_shown.agreement(partnership.store, partnership.speaker(POLICE), name)


def state(partnership: Partnership) -> str:
    """How it stands, in a word."""
    return shown(partnership).standing.state


def refused(partnership: Partnership, by: By | None = None) -> str:
    """The code with which the analyst is refused; “answered” when not."""
    try:
        inquire(partnership.store, by or partnership.analyst(), asks())
    except Refused as refusal:
        return refusal.code
    return "answered"


def test_an_agreement_is_in_force_with_the_third_signature_and_not_before(partnership: Partnership) -> None:
    partnership.propose()
    seen = [refused(partnership)]

    for owner in Owner:
        heard = partnership.say(owner, GRANT)
        seen.append(refused(partnership))

    assert seen == ["not-in-force", "not-in-force", "not-in-force", "answered"]
    assert heard.state == state(partnership) == "in-force"


@pytest.mark.parametrize("decision", [Decision.WITHHOLD, Decision.ABSTAIN])
def test_abstaining_and_withholding_keep_it_from_coming_into_force(
    partnership: Partnership, decision: Decision
) -> None:
    partnership.propose()
    partnership.say(POLICE, GRANT)
    partnership.say(ATTORNEY, decision)

    assert partnership.say(COURT, GRANT).state == "proposed"
    assert refused(partnership) == "not-in-force"


@pytest.mark.parametrize("owner", list(Owner))
def test_any_owner_ends_it_at_once_and_old_sign_ins_stay_dead(partnership: Partnership, owner: Owner) -> None:
    partnership.agree()
    before = partnership.analyst()
    assert refused(partnership, before) == "answered"

    assert partnership.say(owner, WITHDRAW).state == "withdrawn"
    ended = refused(partnership, before)
    for again in Owner:
        partnership.say(again, GRANT)

    assert ended == "not-in-force"
    assert refused(partnership, before) == "not-in-force"
    assert refused(partnership) == "answered"


def test_a_suspension_stops_it_and_only_its_owner_lifts_it(partnership: Partnership) -> None:
    partnership.agree()

    assert partnership.say(COURT, SUSPEND).state == "suspended"
    stopped = [refused(partnership)]
    for owner in (POLICE, ATTORNEY):
        partnership.say(owner, GRANT)
        stopped.append(refused(partnership))
    partnership.say(COURT, GRANT)

    assert stopped == ["suspended"] * 3
    assert refused(partnership) == "answered"


def test_two_of_three_is_adopted_by_all_three_and_then_two_are_enough_without_the_third_ones_fields(
    partnership: Partnership,
) -> None:
    partnership.propose(terms(consent="two of three"))
    partnership.say(POLICE, GRANT)
    assert partnership.say(ATTORNEY, GRANT).state == "proposed"
    assert partnership.say(COURT, GRANT).state == "in-force"
    partnership.charged()

    partnership.say(ATTORNEY, WITHDRAW)
    ended = refused(partnership)
    for owner in (POLICE, COURT):
        partnership.say(owner, GRANT)
    answer = inquire(partnership.store, partnership.analyst(), asks())

    assert ended == "not-in-force"
    assert answer.record is not None
    assert "charges" not in answer.record
    assert "charges" in {one.field for one in answer.withheld}


def test_a_unanimous_agreement_does_not_become_one_of_two_without_the_third(partnership: Partnership) -> None:
    partnership.agree()

    version = partnership.propose(terms(consent="two of three"))
    for owner in (POLICE, ATTORNEY):
        heard = partnership.say(owner, GRANT, version=version)

    assert heard.state == "in-force"  # the old version still is
    assert shown(partnership).standing.version.hash != version
    partnership.say(COURT, GRANT, version=version)
    assert shown(partnership).standing.version.hash == version


def test_an_amendment_comes_into_force_by_new_grants_and_ends_the_old_term(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    before = partnership.analyst()
    version = partnership.propose(terms(fields='["name", "sex"]'))
    while_proposed = inquire(partnership.store, before, asks()).record

    for owner in Owner:
        partnership.say(owner, GRANT, version=version)

    assert while_proposed is not None
    assert set(while_proposed) == {"name", "birth_date", "otn", "charges"}
    assert refused(partnership, before) == "not-in-force"
    after = inquire(partnership.store, partnership.analyst(), asks()).record
    assert after is not None
    assert set(after) == {"name", "sex"}


def test_the_log_tells_of_both_terms_when_one_takes_the_others_place(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    partnership.agree(terms(fields='["name", "birth_date"]'))
    partnership.agree(terms(fields='["name"]'))

    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select id::text from sharing.term order by began_at").fetchall()
        told = connection.execute(
            """
            select public ->> 'ended', public ->> 'began'
            from ledger.entry
            where public ? 'began'
            order by xid, id
            """
        ).fetchall()
    first, second, third = (row[0] for row in rows)
    assert told == [(None, first), (first, second), (second, third)]
    assert broken(admin_url) == []


def test_an_amendment_is_shown_with_people_fields_and_searches_counted_on_todays_records(
    partnership: Partnership,
) -> None:
    partnership.agree()
    partnership.charged()
    partnership.arraigned("Other", "Person")
    partnership.record("Only", "Arrested")
    rows = 'rows = { status = ["charged"], after = "charged" }'
    wider = terms(fields='["name", "birth_date", "otn", "charges", "sex"]').replace(
        rows, rows.replace("charged", "arraigned")
    )
    partnership.propose(wider.replace('["pid", "birth_date"]', '["sid", "birth_date"], ["sid", "name"]'))

    seen = amending.preview(partnership.store, partnership.speaker(COURT), shown(partnership))

    assert seen is not None
    assert (seen.people.now, seen.people.then, seen.people.opened, seen.people.closed) == (2, 2, 0, 0)
    assert (seen.fields_opened, seen.fields_closed) == (1, 0)
    assert (seen.searches_opened, seen.searches_closed) == (2, 1)
    assert seen.broader is not None
    assert seen.broader.broader
    assert seen.broader.witness is not None


def test_a_first_proposal_is_shown_with_the_people_whom_it_would_open(partnership: Partnership) -> None:
    partnership.charged()
    partnership.record("Only", "Arrested")
    partnership.propose()

    seen = amending.preview(partnership.store, partnership.speaker(COURT), shown(partnership))

    assert seen is not None
    assert (seen.people.now, seen.people.opened) == (0, 1)
    assert seen.broader is None


def test_the_same_terms_are_not_proposed_twice_nor_by_an_unknown_partner(partnership: Partnership) -> None:
    partnership.propose()

    with pytest.raises(Conflicts, match="already"):
        partnership.propose()
    with pytest.raises(BadInput, match="no partner agency"):
        partnership.propose(terms().replace("Example County Sheriff", "Nobody's Sheriff"))


def test_terms_with_a_word_of_the_floor_are_refused_before_anybody_can_sign(partnership: Partnership) -> None:
    with pytest.raises(BadInput, match=r"line \d+: “birthplace” is on the floor"):
        partnership.propose(terms(fields='["name", "birthplace"]'))

    assert list(agreements_shown.agreements(partnership.store, partnership.speaker(POLICE))) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.REPRESENTATIVE])
def test_nobody_but_a_representative_proposes_or_speaks(partnership: Partnership, role: Role) -> None:
    partnership.propose()
    by = partnership.staff(role)

    for decision in Decision:
        with pytest.raises(NotAllowed):
            agreements.say(partnership.store, by, "sheriff", Saying(decision, "because"))
    with pytest.raises(NotAllowed):
        agreements.propose(partnership.store, by, terms(per_user=5))


def test_something_said_of_nothing_or_without_a_reason_is_refused(partnership: Partnership) -> None:
    partnership.propose()

    with pytest.raises(NotThere):
        partnership.say(POLICE, GRANT, name="another")
    with pytest.raises(NotThere):
        partnership.say(POLICE, GRANT, version="0" * 64)
    with pytest.raises(BadInput, match="say why"):
        agreements.say(partnership.store, partnership.speaker(POLICE), "sheriff", Saying(GRANT, "  "))


# T4, T18: nobody comes back by another door


@pytest.mark.parametrize("name", ["sheriff", "sheriff-again"])
def test_for_ninety_days_only_the_owner_who_withdrew_proposes_the_partner_again(
    partnership: Partnership, name: str
) -> None:
    partnership.agree()
    partnership.say(COURT, WITHDRAW)
    again = terms(per_user=7).replace('id = "sheriff"', f'id = "{name}"')

    for owner in (POLICE, ATTORNEY):
        with pytest.raises(NotAllowed, match="90 days"):
            partnership.propose(again, by=owner)

    assert partnership.propose(again, by=COURT)


def test_a_suspension_that_nobody_lifted_in_time_keeps_the_partner_away_like_a_withdrawal(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    partnership.say(COURT, SUSPEND)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.consent set said_at = said_at - interval '31 days'")

    for owner in (POLICE, ATTORNEY):
        with pytest.raises(NotAllowed, match="90 days"):
            partnership.propose(terms(per_user=7), by=owner)

    assert partnership.propose(terms(per_user=7), by=COURT)


def test_two_owners_do_not_start_again_past_the_thirds_suspension(partnership: Partnership) -> None:
    """T18. A withdrawal of one lifts no suspension of another."""
    partnership.agree(terms(consent="two of three"))
    partnership.charged()
    partnership.say(COURT, SUSPEND)
    partnership.say(POLICE, WITHDRAW)

    states = [partnership.say(owner, GRANT).state for owner in (POLICE, ATTORNEY)]

    assert states == ["suspended", "suspended"]
    assert refused(partnership) == "suspended"


def test_what_the_third_owner_writes_is_neither_searched_by_nor_a_case_without_its_grant(
    partnership: Partnership,
) -> None:
    """T18. It would be confirmed; a purpose whose case is a docket number stands still without the court."""
    text = terms(consent="two of three").replace('["pid", "birth_date"]', '["docket_number", "name"]')
    partnership.agree(text.replace('case_reference = "warrant"', 'case_reference = "docket"'))
    partnership.charged()
    partnership.say(COURT, WITHDRAW)
    for owner in (POLICE, ATTORNEY):
        partnership.say(owner, GRANT)
    by_number = replace(asks(), subject={"name": asks().subject["name"], "docket_number": "MC-51-CR-0004711-2026"})
    by_case = asks(purpose="warrant-service", case="MC-51-CR-0004711-2026")

    for inquiry, code in ((by_number, "search-not-allowed"), (by_case, "purpose")):
        with pytest.raises(Refused) as refusal:
            inquire(partnership.store, partnership.analyst(), inquiry)
        assert refusal.value.code == code
    assert inquire(partnership.store, partnership.analyst(), asks()).record is not None


# T5: a grant is its owner's own


@pytest.fixture
def without_held_keys(partnership: Partnership, admin_url: str) -> Iterator[Partnership]:
    """A real installation, where each owner keeps its own key."""
    with Store(admin_url, replace(partnership.store.keys, owner_keys={})) as store:
        yield Partnership(store)


def test_where_owners_hold_their_own_keys_a_grant_needs_their_signature(without_held_keys: Partnership) -> None:
    partnership = without_held_keys
    version = partnership.propose()

    with pytest.raises(BadInput, match="needs the signature"):
        partnership.say(POLICE, GRANT)

    assert shown(partnership).standing.stance.granted == frozenset()
    assert version


@pytest.mark.parametrize("forged", ["another owner's key", "another version", "a key of nobody", "noise"])
def test_a_forged_signature_is_refused(partnership: Partnership, forged: str) -> None:
    text = terms()
    version = partnership.propose(text)
    keys = partnership.store.keys.owner_keys
    message = to_sign(terms_of(text), version)
    signature = {
        "another owner's key": sign(keys[COURT.value], message),
        "another version": sign(keys[POLICE.value], to_sign(terms_of(text), "0" * 64)),
        "a key of nobody": sign(secrets.token_bytes(32), message),
        "noise": secrets.token_bytes(64),
    }[forged]

    with pytest.raises(BadInput, match="not your owner's signature"):
        agreements.say(
            partnership.store, partnership.speaker(POLICE), "sheriff", Saying(GRANT, "voted", signature=signature)
        )


@pytest.mark.parametrize("stop", [WITHDRAW, SUSPEND, Decision.WITHHOLD])
def test_no_signature_from_before_a_stop_counts_after_it_and_the_page_says_what_does(
    partnership: Partnership, stop: Decision
) -> None:
    text = terms()
    version = partnership.propose(text)
    held = partnership.store.keys.owner_keys[POLICE.value]
    old = sign(held, to_sign(terms_of(text), version))
    for owner in (POLICE, ATTORNEY, COURT):
        partnership.say(owner, GRANT)
    partnership.say(POLICE, stop)

    with pytest.raises(BadInput, match="not your owner's signature"):
        _police_sign(partnership, old)
    to_be_signed = shown(partnership).to_sign
    assert to_be_signed is not None
    assert '"after":"' in to_be_signed
    _police_sign(partnership, sign(held, to_be_signed.encode()))

    assert POLICE in shown(partnership).standing.stance.granted


def _police_sign(partnership: Partnership, signature: bytes) -> None:
    """The police grant with this signature, whoever made it."""
    speaker = partnership.speaker(POLICE)
    agreements.say(partnership.store, speaker, "sheriff", Saying(GRANT, "voted", signature=signature))


def test_a_grant_that_somebody_wrote_into_the_table_does_not_count(partnership: Partnership, admin_url: str) -> None:
    """A superuser copies another version's grants onto this one: the rows are there, the signatures are not over it."""
    partnership.agree()
    version = partnership.propose(terms(fields='["name", "birth_date", "otn", "charges", "sex"]'))
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            """
            insert into sharing.consent (version_id, agreement_id, owner, decision, reason, said_by, key_id, signature)
            select v.id, c.agreement_id, c.owner, 'grant', 'forged', c.said_by, c.key_id, c.signature
            from sharing.consent c, sharing.version v
            where v.hash = %s
            """,
            (version,),
        )
        connection.execute("update sharing.term set ended_at = now(), ended_by = 'replaced'")
        connection.execute(
            "insert into sharing.term (id, agreement_id, version_id, grants_needed)"
            " select gen_random_uuid(), agreement_id, id, 3 from sharing.version where hash = %s",
            (version,),
        )

    assert refused(partnership) == "not-in-force"
    assert shown(partnership).standing.stance.granted == frozenset()


def test_a_key_counts_once_another_owner_has_confirmed_it(partnership: Partnership) -> None:
    store, new = partnership.store, Ed25519PrivateKey.generate()
    raw = new.private_bytes_raw()
    text = terms()
    version = partnership.propose(text)
    offered = owner_keys.offer_key(store, partnership.speaker(COURT), public_key(raw))
    saying = Saying(GRANT, "voted", signature=sign(raw, to_sign(terms_of(text), version)))

    with pytest.raises(BadInput, match="not your owner's signature"):
        agreements.say(store, partnership.speaker(COURT), "sheriff", saying)
    with pytest.raises(NotAllowed, match="another owner"):
        owner_keys.confirm_key(store, partnership.speaker(COURT), offered)
    owner_keys.confirm_key(store, partnership.speaker(ATTORNEY), offered)
    agreements.say(store, partnership.speaker(COURT), "sheriff", saying)

    assert COURT in shown(partnership).standing.stance.granted


def test_old_grants_keep_counting_when_their_owner_changes_its_key(partnership: Partnership) -> None:
    partnership.agree()
    new = Ed25519PrivateKey.generate().private_bytes_raw()

    offered = owner_keys.offer_key(partnership.store, partnership.speaker(COURT), public_key(new))
    owner_keys.confirm_key(partnership.store, partnership.speaker(POLICE), offered)

    assert refused(partnership) == "answered"


def test_keys_are_the_representatives_own_business(partnership: Partnership) -> None:
    for role in (Role.ADMINISTRATOR, Role.ANALYST, Role.MAGISTRATE):
        with pytest.raises(NotAllowed):
            owner_keys.offer_key(partnership.store, partnership.staff(role), secrets.token_bytes(32))
        with pytest.raises(NotAllowed):
            owner_keys.keys(partnership.store, partnership.staff(role))
    with pytest.raises(BadInput):
        owner_keys.offer_key(partnership.store, partnership.speaker(COURT), b"short")


# the end by the clock


def test_a_term_ends_by_itself_and_is_entered_as_ended(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(terms(last=city_day(clock.now())))
    assert refused(partnership) == "answered"
    with psycopg.connect(admin_url) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
        connection.execute("update house.installation set city_start = city_start + interval '1 day'")

    over = refused(partnership)
    with patch("pars.actions.acting.now", return_value=clock.now() + timedelta(days=1)):
        names = list(agreements.over(partnership.store))
        ended = agreements.expire(partnership.store, "sheriff")

    assert over == "not-in-force"
    assert names == ["sheriff"]
    assert ended
    assert list(agreements.over(partnership.store)) == []


@pytest.mark.parametrize("owner", [None, COURT])
def test_one_end_is_one_entry_however_many_processes_end_it(
    partnership: Partnership, admin_url: str, owner: Owner | None
) -> None:
    partnership.agree(terms(last=city_day(clock.now())))
    with psycopg.connect(admin_url) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
        connection.execute("update house.installation set city_start = city_start + interval '1 day'")
    together, ended = threading.Barrier(5), list[bool]()

    def end() -> None:
        together.wait()
        with contextlib.suppress(Unavailable):  # whoever holds the lock for half a second is ended, and tries again
            ended.append(agreements.expire(partnership.store, "sheriff"))

    def withdraw() -> None:
        together.wait()
        with contextlib.suppress(Unavailable):
            partnership.say(owner or COURT, WITHDRAW)

    threads = [threading.Thread(target=one) for one in (end, end, end, withdraw if owner else end)]
    with patch("pars.actions.acting.now", return_value=clock.now() + timedelta(days=1)):
        for thread in threads:
            thread.start()
        together.wait()
        for thread in threads:
            thread.join()
        ended.append(agreements.expire(partnership.store, "sheriff"))

    with psycopg.connect(admin_url) as connection:
        told = connection.execute(
            "select public ->> 'ended', count(*) from ledger.entry where public ? 'ended' group by 1"
        ).fetchall()
        expired = connection.execute("select count(*) from ledger.entry where verb = 'agreement.expired'").fetchall()
        terms_ended = connection.execute("select id::text, 1 from sharing.term where ended_at is not null").fetchall()
    assert told == terms_ended
    assert len(told) == 1
    assert expired == [(sum(ended),)]
    assert sum(ended) <= 1


def test_terms_that_are_over_cannot_be_put_in_force(partnership: Partnership) -> None:
    today = city_day(clock.now())
    partnership.propose(terms(first=today - timedelta(days=9), last=today - timedelta(days=1)))

    for owner in Owner:
        heard = partnership.say(owner, GRANT)

    assert heard.state == "proposed"
    assert refused(partnership) == "not-in-force"


def test_terms_that_begin_tomorrow_answer_nothing_today(partnership: Partnership) -> None:
    today = city_day(clock.now())
    partnership.agree(terms(first=today + timedelta(days=1)))

    assert refused(partnership) == "not-in-force"


# what stands is the same in Python and in SQL


def stands_in_sql(admin_url: str) -> bool:
    """Whether the view that the wall asks says that something stands."""
    with psycopg.connect(admin_url) as connection:
        return bool(connection.execute("select 1 from sharing.standing").fetchall())


def test_the_walls_view_and_the_rule_agree_whatever_is_said(partnership: Partnership, admin_url: str) -> None:
    partnership.propose()
    said = [
        *((owner, GRANT) for owner in Owner),
        (COURT, SUSPEND), (POLICE, GRANT), (COURT, GRANT), (ATTORNEY, WITHDRAW),
        *((owner, GRANT) for owner in Owner),
        (POLICE, Decision.ABSTAIN), (POLICE, GRANT), (ATTORNEY, Decision.WITHHOLD), (COURT, WITHDRAW),
    ]  # fmt: skip

    for owner, decision in said:
        partnership.say(owner, decision)
        stands = shown(partnership).standing.stands

        assert stands_in_sql(admin_url) is stands, (owner, decision)
        assert (refused(partnership) == "answered") is stands


def test_a_stop_is_never_harder_than_a_start(without_held_keys: Partnership, partnership: Partnership) -> None:
    """Without any key at hand an owner can still stop what it signed."""
    partnership.agree()

    assert without_held_keys.say(COURT, WITHDRAW).state == "withdrawn"


def test_partners_see_their_own_agreements_alone(partnership: Partnership) -> None:
    partnership.agree()

    own = agreements_shown.agreements(partnership.store, partnership.analyst())

    assert [one.id for one in own] == ["sheriff"]
    assert list(agreements_shown.agreements(partnership.store, partnership.analyst("stranger"))) == []
    with pytest.raises(NotThere):
        agreements_shown.agreement(partnership.store, partnership.analyst("stranger"), "sheriff")
    with pytest.raises(NotAllowed):
        agreements_shown.agreements(partnership.store, partnership.staff(Role.OFFICER))
    assert FIELDS


def many_more(admin_url: str, partner: str = "Example County Sheriff") -> None:
    """Forty more agreements of a partner, as they are after years."""
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            """
            insert into sharing.agreement (id, agency_id)
            select 'more-' || n, g.id from generate_series(1, 40) n, house.agency g where g.name = %s
            """,
            (partner,),
        )
        connection.execute(
            """
            insert into sharing.version
              (id, agreement_id, number, hash, terms, first_day, last_day, floor_version, floor_hash, proofs,
               proposed_by)
            select gen_random_uuid(), a.id, v.number, v.hash, v.terms, v.first_day, v.last_day, v.floor_version,
              v.floor_hash, v.proofs, v.proposed_by
            from sharing.version v, sharing.agreement a
            where v.agreement_id = 'sheriff' and a.id like 'more-%'
            """
        )


def test_agreements_are_asked_for_together_however_many_they_are(
    partnership: Partnership, admin_url: str, keys: Keys
) -> None:
    partnership.agree()
    speaks, analyst = partnership.speaker(COURT), partnership.analyst()
    asked: Mapping[str, Callable[[Store], object]] = {
        "one": lambda store: agreements_shown.agreement(store, speaks, "sheriff"),
        "names": lambda store: agreements_shown.named(store, speaks),
        "questions": lambda store: questions.asked(store, speaks, "sheriff"),
        "certificates": lambda store: duties.certificates(store, analyst, "sheriff"),
        "stand": lambda store: agreements_shown.stood(store, speaks),
        "whole": lambda store: agreements_shown.agreements(store, speaks),
        "a partner's": lambda store: agreements_shown.agreements(store, analyst),
        "owed": lambda store: duties.owed(store, speaks),
    }

    def statements(store: Overheard, ask: Callable[[Store], object]) -> int:
        ask(store)  # a connection asks for some things once
        store.heard = []
        ask(store)
        return sum(len(each.calls) for each in store.heard)

    with Overheard(admin_url, keys) as store:
        alone = {name: statements(store, ask) for name, ask in asked.items()}
        many_more(admin_url)
        among = {name: statements(store, ask) for name, ask in asked.items()}

    assert len(agreements_shown.agreements(partnership.store, speaks)) == 41
    assert among == alone


def test_each_of_many_is_told_as_it_is_alone(partnership: Partnership) -> None:
    city, store, reports = partnership, partnership.store, terms().replace('"sheriff"', '"reports"')
    city.agree()
    city.propose(reports)
    for owner in Owner:
        city.say(owner, GRANT, name="reports")
    city.propose(reports.replace(FIELDS, '["name", "charges"]'))
    city.say(ATTORNEY, Decision.WITHHOLD, name="reports")
    city.charged()
    for name in ("sheriff", "reports", "sheriff"):
        inquire(store, city.analyst(), asks(agreement=name))
    letters.decline_renewal(store, city.speaker(POLICE), "reports", "Not asked for.", reason_told=False)
    city.say(COURT, WITHDRAW)

    for by in (city.speaker(COURT), city.analyst(), city.staff(Role.AUDITOR)):
        together = {one.id: one for one in agreements_shown.agreements(store, by)}
        alone = {name: agreements_shown.agreement(store, by, name) for name in ("reports", "sheriff")}
        for name, one in together.items():  # but for the moment of which it is
            assert one == replace(alone[name], standing=one.standing)
            assert one.standing.state == alone[name].standing.state
        assert list(together) == list(alone)
    told = {name: [len(one.versions), len(one.said), len(one.notices)] for name, one in together.items()}
    assert told == {"sheriff": [1, 4, 0], "reports": [2, 4, 1]}
    owed = {(one.agreement, one.duty): one.open for one in duties.owed(store, city.speaker(COURT))}
    assert [owed["sheriff", one] for one in Duty] == [2, 0, 2]
    assert [owed["reports", one] for one in Duty] == [1, 0, 1]


def test_names_alone_and_how_they_stand_are_the_same_agreements_under_the_same_entry(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    many_more(admin_url)
    store = partnership.store
    for by in (partnership.speaker(COURT), partnership.analyst(), partnership.analyst("stranger")):
        whole = agreements_shown.agreements(store, by)

        assert [(one.id, one.partner) for one in agreements_shown.named(store, by)] == [
            (o.id, o.partner) for o in whole
        ]
        assert [(one.id, one.standing.state) for one in agreements_shown.stood(store, by)] == [
            (one.id, one.standing.state) for one in whole
        ]
    for look in (agreements_shown.named, agreements_shown.stood):
        with pytest.raises(NotAllowed):
            look(store, partnership.staff(Role.OFFICER))
    with psycopg.connect(admin_url) as connection:
        entered = connection.execute(
            "select verb, count(*) from ledger.entry where verb like 'agreements.shown%' group by verb order by verb"
        ).fetchall()
    assert entered == [("agreements.shown", 9), ("agreements.shown.refused", 2)]


def test_another_partners_agreement_is_refused_like_one_that_there_is_not(partnership: Partnership) -> None:
    partnership.agree()
    store, stranger = partnership.store, partnership.analyst("stranger")
    yesterday = city_day(clock.now()) - timedelta(days=1)
    asks_of: Sequence[Callable[[str], object]] = [
        lambda name: agreements_shown.agreement(store, stranger, name),
        lambda name: duties.certificates(store, stranger, name),
        lambda name: duties.certify(store, stranger, name, yesterday, "overwritten"),
        lambda name: grading.grade(store, stranger, name),
        lambda name: patterns.explain(store, stranger, name, "a task force of ours"),
    ]
    for ask in asks_of:
        said = []
        for name in ("sheriff", "no-such-agreement"):
            with pytest.raises(NotThere) as refusal:
                ask(name)
            said.append(str(refusal.value))
        assert said[0] == said[1]


LETTER = b"%PDF-1.7 Quillfeather"


def test_an_uploaded_letter_is_kept_sealed(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    saying = Saying(Decision.WITHDRAW, "decided at the meeting", letter=LETTER)
    agreements.say(partnership.store, partnership.speaker(Owner.COURT), "sheriff", saying)

    with psycopg.connect(admin_url) as connection:
        ((kept,),) = connection.execute("select letter from sharing.consent where letter is not null").fetchall()

    assert b"Quillfeather" not in bytes(kept)


def test_the_owners_and_the_privacy_officer_read_a_letter_and_nobody_else_does(
    partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    agreements.say(
        partnership.store,
        partnership.speaker(Owner.COURT),
        "sheriff",
        Saying(Decision.WITHDRAW, "voted", letter=LETTER),
    )
    reads = [*(partnership.speaker(owner) for owner in Owner), partnership.staff(Role.PRIVACY_OFFICER)]

    for by in reads:
        assert letters.letter_of_vote(partnership.store, by, "sheriff", 4) == LETTER
    for by in (partnership.analyst(), *(partnership.staff(role) for role in (Role.AUDITOR, Role.OFFICER))):
        with pytest.raises(NotAllowed):
            letters.letter_of_vote(partnership.store, by, "sheriff", 4)

    with psycopg.connect(admin_url) as connection:
        told = connection.execute(
            "select verb, count(*) from ledger.entry where verb like 'consent.letter-%' group by verb order by verb"
        ).fetchall()
    assert told == [("consent.letter-shown", len(reads)), ("consent.letter-shown.refused", 3)]
    assert [one.has_letter for one in agreements_shown.agreement(partnership.store, reads[0], "sheriff").said][3:] == [
        True
    ]
    assert not any(
        one.has_letter for one in agreements_shown.agreement(partnership.store, partnership.analyst(), "sheriff").said
    )


@pytest.mark.parametrize("place", [-1, 0, 1, 5, 10**30])
def test_where_there_is_no_letter_none_is_given(partnership: Partnership, place: int) -> None:
    partnership.agree()

    with pytest.raises(NotThere):
        letters.letter_of_vote(partnership.store, partnership.speaker(Owner.COURT), "sheriff", place)


@pytest.mark.parametrize(
    ("letter", "refusal"),
    [(b"GIF89a", BadInput), (b"<html><script>", BadInput), (b"%PDF-" + b"x" * 5_000_000, TooLarge)],
)
def test_a_letter_that_is_none_is_refused_and_nothing_is_said(
    partnership: Partnership, letter: bytes, refusal: type[ParsError]
) -> None:
    partnership.propose()
    by = partnership.speaker(Owner.POLICE)

    with pytest.raises(refusal):
        agreements.say(partnership.store, by, "sheriff", Saying(Decision.GRANT, "voted", letter=letter))

    assert list(agreements_shown.agreement(partnership.store, by, "sheriff").said) == []


CONTRACT = b"# The contract\n\nIt was signed on paper.\n"


def test_the_contracts_hash_is_entered_signed_and_shown(partnership: Partnership, admin_url: str) -> None:
    """Design 7: the hash of the signed contract is recorded, in the proposal and in what every owner says."""
    agreements.propose(partnership.store, partnership.speaker(POLICE), with_contract(), CONTRACT)
    for owner in Owner:
        partnership.say(owner, GRANT)

    hashed = sha256(CONTRACT).hexdigest()
    with partnership.store.transaction("pars_ledger") as connection:
        said = connection.execute(
            "select verb, public ->> 'contract' from ledger.entry"
            " where verb in ('agreement.proposed', 'consent.granted') order by id"
        ).fetchall()
    assert said == [("agreement.proposed", hashed)] + [("consent.granted", hashed)] * 3
    assert shown(partnership).standing.version.contract == hashed
    assert state(partnership) == "in-force"
    assert broken(admin_url) == []


def test_a_grant_over_the_terms_alone_is_none_where_a_contract_goes_with_them(partnership: Partnership) -> None:
    text = with_contract()
    version = agreements.propose(partnership.store, partnership.speaker(POLICE), text, CONTRACT).version
    key, hashed = partnership.store.keys.owner_keys[POLICE.value], sha256(CONTRACT).hexdigest()

    bare = Saying(GRANT, "voted", signature=sign(key, to_sign(terms_of(text), version)))
    with pytest.raises(BadInput, match="not your owner's signature"):
        agreements.say(partnership.store, partnership.speaker(POLICE), "sheriff", bare)
    whole = Saying(GRANT, "voted", signature=sign(key, to_sign(terms_of(text), version, contract=hashed)))

    assert agreements.say(partnership.store, partnership.speaker(POLICE), "sheriff", whole).state == "proposed"


def test_a_contract_for_terms_that_name_none_is_refused_and_changes_nothing(partnership: Partnership) -> None:
    with pytest.raises(BadInput, match="name no contract"):
        agreements.propose(partnership.store, partnership.speaker(POLICE), terms(), CONTRACT)
    with pytest.raises(TooLarge):
        agreements.propose(partnership.store, partnership.speaker(POLICE), with_contract(), b"x" * 5_000_001)

    assert agreements_shown.agreements(partnership.store, partnership.speaker(POLICE)) == []
