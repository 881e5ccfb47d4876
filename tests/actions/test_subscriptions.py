"""A partner is told of steps of one person's case whom it may see, each asked for anew; otherwise there is silence."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from tests.partnership import BORN, Partnership, asks, terms

from pars.actions import identity, sealing, staff, subscribing, telling, webhooks
from pars.actions.acting import By, Once
from pars.actions.inquiries import inquire
from pars.actions.subscribing import Made, Wish, own, subscribe
from pars.actions.telling import Told
from pars.clock import city_day, now, real_now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, ParsError
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.sharing.subscription import KEPT, RETRIES, next_try
from pars.sharing.vocabulary import FLOOR_STEPS
from pars.store.keys import Keys
from pars.store.measuring.calls import Overheard

TELL = 'tell_of = ["charged", "arraigned", "disposed"]'
ADDRESS = "https://messages.example.gov/pars"


def told_terms(**changed: object) -> str:
    """The terms of the tests' agreement, with steps of which the partner may be told."""
    return terms(**({"more": TELL} | changed))


def wish(inquiry: Inquiry | None = None, *steps: str, deliver: str = "stream") -> Wish:
    """What an analyst wants to be told."""
    return Wish(inquiry or asks(), steps or ("arraigned",), deliver)


def make(partnership: Partnership, wanted: Wish | None = None, by: By | None = None) -> Made:
    """The analyst subscribes."""
    return subscribe(partnership.store, by or partnership.analyst(), wanted or wish())


def code_of(partnership: Partnership, wanted: Wish, by: By | None = None) -> str:
    """The code of the refusal; “made” when there is none."""
    try:
        make(partnership, wanted, by)
    except ParsError as refusal:
        return refusal.code
    return "made"


def told(partnership: Partnership, at: datetime | None = None, name: str = "analyst") -> list[Told]:
    """Everything that a stream of the analyst is told now; what is silent is dropped, as the stream does it."""
    moment = at or real_now()
    telling.match(partnership.store, moment)
    found = []
    for one in telling.owed_to(partnership.store, partnership.analyst(name), moment):
        said = telling.tell(partnership.store, one)
        if said is None:
            telling.drop(partnership.store, one)
        else:
            found.append(said)
            telling.settle(partnership.store, one, moment, taken=True)
    return found


def rows(admin_url: str, table: str) -> int:
    """How many rows a table holds."""
    schema, name = table.split(".")
    with psycopg.connect(admin_url) as connection:
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))).fetchone()
    return row[0] if row else 0


def verbs(admin_url: str, kind: str = "inquiry") -> list[str]:
    """The verbs of the public parts of a kind, in order."""
    with psycopg.connect(admin_url) as connection:
        found = connection.execute("select public from ledger.entry order by xid, id").fetchall()
    return [row[0]["verb"] for row in found if row[0]["kind"] == kind]


# told


def test_a_step_is_told_with_the_permitted_fields_and_a_receipt(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    made = make(partnership)
    assert told(partnership) == []

    partnership.arraign(arrest)
    (said,) = told(partnership)

    assert (said.subscription, said.step) == (made.id, "arraigned")
    assert said.answer.record == {
        "name": {"surname": "Quillfeather", "given": "Rosalind", "middle": None, "suffix": None},
        "birth_date": BORN,
        "otn": None,
        "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2", "counts": 1}],
    }
    assert len(said.answer.receipt.entry_hash) == 64
    assert verbs(admin_url) == ["subscription.made", "inquiry.told"]
    assert rows(admin_url, "sharing.step_taken") == 0


def test_each_telling_is_counted_apart_and_charged_to_nobodys_day(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms(per_user=2))
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)

    told(partnership)

    assert inquire(partnership.store, partnership.analyst(), asks()).record is not None  # the second of two questions
    with psycopg.connect(admin_url) as connection:
        assert connection.execute("select times from sharing.told").fetchall() == [(1,)]


def test_another_case_of_the_same_person_is_told_once_prints_have_linked_it(partnership: Partnership) -> None:
    partnership.agree(told_terms())
    partnership.charged()
    make(partnership, wish(None, "charged"))
    second = partnership.record()
    partnership.report(second)
    with partnership.store.transaction("pars_act") as connection:
        first = connection.execute("select number from record.arrest order by number limit 1").fetchall()[0][0]
    identity.link(partnership.store, partnership.staff(Role.POLICE_SUPERVISOR), second, first, reason="same prints")

    partnership.charge(second)

    assert [one.step for one in told(partnership)] == ["charged"]


def test_a_listing_and_steps_that_were_not_asked_for_are_not_told(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership, wish(None, "disposed"))

    partnership.arraign(arrest)

    assert told(partnership) == []
    assert rows(admin_url, "sharing.delivery") == 0


def test_what_an_agreement_delays_is_told_when_the_delay_is_over(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms().replace('after = "charged" }', 'after = "charged", delay_hours = 5 }', 1))
    arrest = partnership.charged()
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.step set at = at - interval '6 hours'")
    make(partnership)

    partnership.arraign(arrest)

    assert told(partnership) == []
    assert told(partnership, real_now() + timedelta(hours=4, minutes=59)) == []
    assert [one.step for one in told(partnership, real_now() + timedelta(hours=5, minutes=1))] == ["arraigned"]


def test_what_was_taken_before_somebody_subscribed_is_not_told(partnership: Partnership) -> None:
    partnership.agree(told_terms())
    partnership.arraigned()

    make(partnership)

    assert told(partnership) == []


def test_told_once_more_it_is_asked_once_more(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    made = make(partnership)
    partnership.arraign(arrest)
    (first,) = told(partnership)

    subscribing.replay(partnership.store, partnership.analyst(), made.id)
    (again,) = told(partnership)

    assert again.message == first.message
    assert again.answer.receipt.entry_hash != first.answer.receipt.entry_hash
    assert verbs(admin_url).count("inquiry.told") == 2


def test_after_two_days_nothing_is_left_to_tell(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    telling.match(partnership.store, real_now())

    telling.tidy(partnership.store, real_now() + KEPT - timedelta(minutes=1))
    kept = rows(admin_url, "sharing.delivery")
    telling.tidy(partnership.store, real_now() + KEPT + timedelta(minutes=1))

    assert (kept, rows(admin_url, "sharing.delivery")) == (1, 0)


# making one tells nothing


def stranger(_: Partnership) -> None:
    """Nobody of that name was ever arrested."""


def hit(partnership: Partnership) -> None:
    """Somebody who can be seen."""
    partnership.charged()


def hidden(partnership: Partnership) -> None:
    """Somebody whose record was sealed."""
    arrest = partnership.charged()
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "sealed", order="an order")


def uncharged(partnership: Partnership) -> None:
    """Somebody who is not charged."""
    partnership.record()


def several(partnership: Partnership) -> None:
    """Two people of one name and birth date."""
    partnership.charged()
    partnership.charged()


WHO: Mapping[str, Callable[[Partnership], None]] = {
    "a hit": hit,
    "a stranger": stranger,
    "hidden": hidden,
    "not charged": uncharged,
    "several": several,
}


def heard(partnership: Partnership) -> list[str]:
    """Every statement that the making of a subscription sends to the database."""
    said: list[str] = []
    real = psycopg.Connection.execute

    def hears(self: psycopg.Connection[tuple[object, ...]], query: object, *args: object, **more: object) -> object:
        said.append(repr(query))
        return real(self, query, *args, **more)  # type: ignore[call-overload] # passed on as it came

    with patch.object(psycopg.Connection, "execute", hears):
        make(partnership)
    return said


@pytest.mark.parametrize("who", sorted(WHO))
def test_it_is_made_just_the_same_whoever_is_named(partnership: Partnership, admin_url: str, who: str) -> None:
    """The same public entry, the same statements in the same order, and rows that differ in random bytes alone."""
    partnership.agree(told_terms())
    nobody = heard(partnership)
    WHO[who](partnership)

    somebody = heard(partnership)

    assert somebody == nobody
    assert len(nobody) > 10
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            """
            select public - 'commit' - 'nonce', length(leaf)
            from ledger.entry
            where verb = 'subscription.made'
            """
        ).fetchall()
        sizes = connection.execute("select octet_length(question), octet_length(about) from sharing.subscription")
        first, second = sizes.fetchall()
    assert rows[0] == rows[1]
    assert first == second
    assert {"tells": ["arraigned"], "deliver": "stream", "verb": "subscription.made"}.items() <= rows[0][0].items()
    assert not {"subject", "case_reference", "found"} & set(rows[0][0])


@pytest.mark.parametrize("who", ["a stranger", "hidden", "not charged", "several"])
def test_about_whoever_could_not_be_seen_it_never_tells(partnership: Partnership, admin_url: str, who: str) -> None:
    """A subscription is no wire for an arrest to come: who was not found when it was made is never told of."""
    partnership.agree(told_terms())
    WHO[who](partnership)
    make(partnership, wish(None, "charged", "arraigned"))
    before = verbs(admin_url)

    partnership.arraigned()

    assert told(partnership) == []
    assert rows(admin_url, "sharing.delivery") == 0
    assert verbs(admin_url) == before


# refusals


REFUSED: Mapping[str, tuple[Wish, str]] = {
    "no agreement": (wish(asks(agreement="another")), "no-agreement"),
    "no purpose": (wish(asks(purpose="prosecution")), "purpose"),
    "no case": (wish(asks(case="")), "case-reference"),
    "a birthplace": (wish(replace(asks(), subject={"birthplace": "Honduras"})), "search-not-allowed"),
    "a wildcard": (wish(asks("Quill*")), "search-not-allowed"),
    "immigration": (wish(replace(asks(), on_behalf_of="ICE")), "on-behalf-of"),
    "a purpose that tells nothing": (wish(asks(purpose="warrant-service", case="W-2026-1")), "tell-of"),
    "a step that is not agreed": (wish(None, "certified"), "tell-of"),
    "a step that nobody knows": (wish(None, "born"), "tell-of"),
    "no step": (Wish(asks(), (), "stream"), "bad-input"),
    "a step twice": (wish(None, "charged", "charged"), "bad-input"),
    "another way": (wish(deliver="pigeon"), "bad-input"),
    "no address": (wish(deliver="webhook"), "no-address"),
}


def test_a_refusal_says_the_same_whoever_is_there(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    nobody = {what: code_of(partnership, wanted) for what, (wanted, _) in REFUSED.items()}
    partnership.charged()

    somebody = {what: code_of(partnership, wanted) for what, (wanted, _) in REFUSED.items()}

    assert somebody == nobody == {what: code for what, (_, code) in REFUSED.items()}
    assert rows(admin_url, "sharing.subscription") == 0


def test_nobody_subscribes_to_custody_release_bail_or_a_future_appearance(partnership: Partnership) -> None:
    partnership.agree(told_terms())

    assert {code_of(partnership, wish(None, "charged", step)) for step in FLOOR_STEPS} == {"tell-of"}


def test_nobody_is_told_of_a_step_of_an_owner_who_has_not_granted(partnership: Partnership) -> None:
    """T18. Under “two of three” the court's steps stay with the court; the attorney's charge is told."""
    partnership.agree(told_terms(consent="two of three"))
    make(partnership, wish(None, "charged", "arraigned"))
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    for owner in (Owner.POLICE, Owner.DISTRICT_ATTORNEY):
        partnership.say(owner, Decision.GRANT)

    assert code_of(partnership, wish(None, "arraigned")) == "tell-of"
    assert code_of(partnership, wish(None, "charged")) == "made"


def test_it_counts_in_the_quota_of_the_day_and_no_more_are_at_work_than_it(partnership: Partnership) -> None:
    partnership.agree(told_terms(per_user=2))
    codes = [code_of(partnership, wish()) for _ in range(3)]
    with psycopg.connect(partnership.store.conninfo("pars_act")) as connection:
        connection.execute("update sharing.asked set times = 0")
        connection.commit()

    assert codes == ["made", "made", "quota"]
    assert code_of(partnership, wish()) == "quota"  # the next day: as many are at work as may be asked in a day


def test_it_is_made_once_however_often_it_is_sent(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    by = replace(partnership.analyst(), once=Once("key", b"question"))

    make(partnership, by=by)
    with pytest.raises(Exception, match="answered before"):
        make(partnership, by=by)

    assert rows(admin_url, "sharing.subscription") == 1


def test_subscriptions_are_for_partners_analysts(partnership: Partnership) -> None:
    partnership.agree(told_terms())
    for role in Role:
        if role is Role.ANALYST:
            continue
        by = partnership.staff(role) if role is not Role.REPRESENTATIVE else partnership.who("court-speaks")

        assert code_of(partnership, wish(), by) == "no-duty"
        with pytest.raises(NotAllowed):
            own(partnership.store, by)


# silence


def declines(partnership: Partnership, arrest: UUID) -> None:
    """The court drops every charge."""
    partnership.take(Role.CLERK, arrest, "docket", {"docket_number": "MC-51-CR-0000001-2026"})
    with partnership.store.transaction("pars_act") as connection:
        found = connection.execute("select charge_id from record.classification where arrest_id = %s", (arrest,))
        charge = str(found.fetchall()[0][0])
    dropped = {"dispositions": [{"charge": charge, "disposition": "Dismissed"}]}
    partnership.take(Role.CLERK, arrest, "decide", dropped)


def seals(partnership: Partnership, arrest: UUID) -> None:
    """A court seals the record."""
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "sealed", order="an order")


def expunges(partnership: Partnership, arrest: UUID) -> None:
    """A court expunges the record."""
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "expunged", order="an order")


def withdraws(partnership: Partnership, _: UUID) -> None:
    """The court withdraws."""
    partnership.say(Owner.COURT, Decision.WITHDRAW)


def suspends(partnership: Partnership, _: UUID) -> None:
    """The police suspend."""
    partnership.say(Owner.POLICE, Decision.SUSPEND)


def consents_again(partnership: Partnership, arrest: UUID) -> None:
    """The court withdraws and all three sign once more: another term."""
    withdraws(partnership, arrest)
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)


def disables(partnership: Partnership, _: UUID) -> None:
    """The analyst's account is taken out of service."""
    staff.disable(partnership.store, partnership.staff(Role.ADMINISTRATOR), partnership.analyst().account)


def moves(partnership: Partnership, _: UUID) -> None:
    """The analyst moves to another unit."""
    with partnership.store.transaction("pars_act") as connection:
        connection.execute("update house.account set unit = 'civil' where sign_in = 'analyst'")


def amends(partnership: Partnership, _: UUID) -> None:
    """The owners sign terms that tell of nothing any more."""
    partnership.agree(terms())


def a_namesake(partnership: Partnership, _: UUID) -> None:
    """Another person of the same name and birth date can be seen."""
    partnership.charged()


ENDS: Mapping[str, Callable[[Partnership, UUID], None]] = {
    "sealed": seals,
    "expunged": expunges,
    "withdrawn": withdraws,
    "suspended": suspends,
    "consented again": consents_again,
    "out of service": disables,
    "another unit": moves,
    "amended": amends,
    "a namesake": a_namesake,
}


@pytest.mark.parametrize(("what", "when"), list(itertools.product(sorted(ENDS), ["queued", "not yet queued"])))
def test_what_ended_or_vanished_is_silent_and_leaves_no_trace(
    partnership: Partnership, admin_url: str, what: str, when: str
) -> None:
    queued = when == "queued"
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    if queued:
        partnership.arraign(arrest)
        telling.match(partnership.store, real_now())
        assert rows(admin_url, "sharing.delivery") == 1
    analyst = partnership.analyst()
    ENDS[what](partnership, arrest)
    if not queued:
        partnership.arraign(arrest)
        telling.match(partnership.store, real_now())
    before = (verbs(admin_url), rows(admin_url, "sharing.asked"), rows(admin_url, "sharing.inquiry"))

    found = telling.owed_to(partnership.store, analyst, real_now())
    said = [telling.tell(partnership.store, one) for one in found]

    assert said in ([], [None])
    if not queued:
        assert rows(admin_url, "sharing.delivery") == 0
    assert (verbs(admin_url), rows(admin_url, "sharing.asked"), rows(admin_url, "sharing.inquiry")) == before
    assert rows(admin_url, "sharing.told") == 0
    assert "inquiry.told.refused" not in verbs(admin_url)


def test_a_case_that_was_dropped_is_not_told_as_decided(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership, wish(None, "disposed"))
    partnership.arraign(arrest)

    declines(partnership, arrest)

    assert told(partnership) == []
    assert rows(admin_url, "sharing.delivery") == 0


def test_the_midnight_after_the_last_day_silences_what_is_queued(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms(last=city_day(now())))
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    telling.match(partnership.store, real_now())
    with psycopg.connect(admin_url) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
        connection.execute("update house.installation set city_start = city_start + interval '1 day'")

    assert told(partnership) == []
    assert verbs(admin_url) == ["subscription.made"]


@pytest.mark.parametrize("what", ["withdrawn", "suspended", "consented again", "out of service"])
def test_when_it_has_ended_its_question_and_what_waits_are_erased(
    partnership: Partnership, admin_url: str, what: str
) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    telling.match(partnership.store, real_now())

    ENDS[what](partnership, arrest)
    telling.tidy(partnership.store, real_now())

    with psycopg.connect(admin_url) as connection:
        left = connection.execute("select question, about, ended_at is null from sharing.subscription").fetchall()
    assert left == [(None, None, False)]
    assert rows(admin_url, "sharing.delivery") == 0


def test_an_account_that_comes_back_into_service_is_told_of_nothing_that_it_asked_before(
    partnership: Partnership,
) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    disables(partnership, arrest)
    with partnership.store.transaction("pars_act") as connection:
        connection.execute("update house.account set state = 'active' where sign_in = 'analyst'")

    partnership.arraign(arrest)

    assert told(partnership) == []


# one's own


def test_somebody_sees_ends_and_repeats_their_own_alone(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    partnership.charged()
    made = make(partnership)
    other = partnership.analyst("analyst-2")
    (seen,) = own(partnership.store, partnership.analyst())

    assert (seen.id, seen.at_work, seen.question) == (made.id, True, asks())
    assert own(partnership.store, other) == []
    for act in (subscribing.end, subscribing.replay):
        with pytest.raises(NotThere):
            act(partnership.store, other, made.id)
    subscribing.end(partnership.store, partnership.analyst(), made.id)
    for act in (subscribing.end, subscribing.replay):
        with pytest.raises(NotThere):
            act(partnership.store, partnership.analyst(), made.id)

    (ended,) = own(partnership.store, partnership.analyst())
    assert (ended.at_work, ended.question) == (False, None)


def test_the_oldest_of_many_is_told_once_more_and_an_agreement_is_asked_for_once(
    partnership: Partnership, admin_url: str, keys: Keys
) -> None:
    partnership.agree(told_terms())
    partnership.charged()
    oldest, by = make(partnership).id, partnership.analyst()

    def statements(store: Overheard) -> int:
        store.heard = []
        own(store, by)
        return sum(len(each.calls) for each in store.heard)

    with Overheard(admin_url, keys) as store:
        statements(store)  # a connection asks for some things once
        with_one = statements(store)
        with psycopg.connect(admin_url) as connection:
            connection.execute(
                """
                insert into sharing.subscription (id, term_id, agreement_id, agency_id, account_id, purpose, tell_of,
                  deliver, made_at, ended_at)
                select gen_random_uuid(), term_id, agreement_id, agency_id, account_id, purpose, tell_of,
                  deliver, made_at + n * interval '1 microsecond', made_at + interval '1 second'
                from sharing.subscription, generate_series(1, 250) n
                """
            )
        newer = [make(partnership).id for _ in range(3)]
        with_many = statements(store)

    seen = own(partnership.store, by)
    assert [one.id for one in seen if one.at_work] == newer[::-1]
    assert oldest not in {one.id for one in seen}
    assert with_many == with_one
    assert subscribing.replay(partnership.store, by, oldest)


def test_a_question_is_sealed_and_says_no_name_in_the_database(partnership: Partnership, admin_url: str) -> None:
    partnership.agree(told_terms())
    arrest = partnership.charged()
    make(partnership)
    partnership.arraign(arrest)
    telling.match(partnership.store, real_now())

    with psycopg.connect(admin_url) as connection:
        found = connection.execute(
            "select s::text, d::text from sharing.subscription s join sharing.delivery d on d.subscription_id = s.id"
        ).fetchall()

    assert len(found) == 1
    assert not [word for word in ("Quillfeather", "1990", "Rosalind", str(arrest)) if word in str(found)]


# addresses


def register(partnership: Partnership, url: str = ADDRESS, by: By | None = None) -> webhooks.Registered:
    """A representative registers where the partner's messages go."""
    speaker = by or partnership.speaker(Owner.COURT)
    return webhooks.register(partnership.store, speaker, "Example County Sheriff", url)


def test_an_owner_registers_an_address_whose_secret_is_shown_once_and_kept_sealed(
    partnership: Partnership, admin_url: str
) -> None:
    made = register(partnership)

    (listed,) = webhooks.registered(partnership.store, partnership.speaker(Owner.POLICE))
    with psycopg.connect(admin_url) as connection:
        kept = connection.execute("select secret from sharing.webhook").fetchall()[0][0]

    assert made.secret.startswith("whsec_")
    assert (listed.address, listed.secret) == (ADDRESS, b"")
    assert made.secret.encode() not in bytes(kept)


def test_another_address_takes_the_place_of_the_one_before(partnership: Partnership) -> None:
    first, second = register(partnership), register(partnership, "https://other.example.gov/")

    listed = webhooks.registered(partnership.store, partnership.speaker(Owner.POLICE))

    assert {one.id: one.ended_at is None for one in listed} == {first.id: False, second.id: True}
    webhooks.end(partnership.store, partnership.speaker(Owner.POLICE), second.id)
    with pytest.raises(NotThere):
        webhooks.end(partnership.store, partnership.speaker(Owner.POLICE), second.id)
    with pytest.raises(Conflicts):
        webhooks.test(partnership.store, partnership.analyst())


NO_ADDRESSES = (
    "http://messages.example.gov/", "https://127.0.0.1/", "https://localhost/", "http://localhost:8080/",
    "https://10.0.0.1/", "https://[::1]/", "https://[fd00::1]/", "https://169.254.169.254/", "https://intranet/",
    "https://user:word@example.gov/", "https://example.gov/#part", "ftp://example.gov/", "https:///nobody",
    "https://example.gov:port/", "https://exa mple.gov/", "https://2130706433/", "https://host.local/",
    "javascript:alert(1)", "",
)  # fmt: skip


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_an_address_is_https_and_a_public_name(url: str) -> None:
    with pytest.raises(BadInput):
        webhooks.checked(url, demo=False)


def test_an_address_that_is_refused_changes_nothing(partnership: Partnership, admin_url: str) -> None:
    with pytest.raises(BadInput):
        register(partnership, "https://10.0.0.1/")

    assert rows(admin_url, "sharing.webhook") == 0


def test_only_an_owner_registers_an_address(partnership: Partnership) -> None:
    for by in (partnership.analyst(), partnership.staff(Role.ADMINISTRATOR), partnership.staff(Role.CLERK)):
        with pytest.raises(NotAllowed):
            register(partnership, by=by)
        with pytest.raises(NotAllowed):
            webhooks.registered(partnership.store, by)


# the schedule


def test_a_message_is_tried_for_two_days_and_then_not_any_more() -> None:
    queued = real_now()
    at, tries = queued, 0
    while True:
        tries += 1
        following = next_try(tries, queued, at)
        if following is None:
            break
        assert following > at
        at = following

    assert tries == len(RETRIES) + 1
    assert timedelta(hours=44) < at - queued < KEPT


def test_a_try_has_a_message_to_itself_and_one_that_died_leaves_it_to_the_next(partnership: Partnership) -> None:
    partnership.agree(told_terms())
    register(partnership)
    arrest = partnership.charged()
    make(partnership, wish(deliver="webhook"))
    partnership.arraign(arrest)
    at = real_now()
    telling.match(partnership.store, at)

    first = telling.claim(partnership.store, at)
    meanwhile = telling.claim(partnership.store, at + timedelta(seconds=30))
    later = telling.claim(partnership.store, at + timedelta(seconds=61))

    assert first is not None
    assert meanwhile is None
    assert later is not None
    assert (later.delivery.message, later.delivery.tries) == (first.delivery.message, 2)


def test_an_agreement_of_another_partner_is_none(partnership: Partnership) -> None:
    partnership.agree(told_terms())

    assert code_of(partnership, wish(), partnership.analyst("stranger")) == "no-agreement"
