"""Two people do the same thing at once: the second is refused in the words of one who comes later."""

import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.actions.test_canaries import number
from tests.actions.test_children import arrest_of
from tests.actions.test_proving import floor_with
from tests.partnership import Partnership, terms
from tests.waiting import comes

from pars.actions import (
    agreements_shown,
    assigning,
    canaries,
    caring,
    counting,
    counting_children,
    notice_service,
    owner_keys,
    partnering,
    proving,
    staff,
    webhooks,
)
from pars.actions.booking import record_arrest
from pars.actions.counting import CountGiven
from pars.actions.founding import NewAccount
from pars.actions.life import take
from pars.errors import Conflicts
from pars.ledger.receipt import public_key
from pars.record.care import LEVELS
from pars.record.roles import OWNER_OF, Owner, Role
from pars.store import accounts, arrests, care, child_counts, counts, duties, floors, protected, subscriptions
from pars.store import agreements as kept
from pars.store import canaries as nobodys
from pars.store import partnering as partners
from pars.store.database import Store

from .conftest import ORI, Book, Who

Do = Callable[[], object]


@pytest.fixture
def at_once(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str, Do, Do], Exception | None]:
    """Do one thing, and another between what the first writes and its commit; what the second comes to."""

    def waits() -> bool:
        with psycopg.connect(admin_url) as connection:
            found = connection.execute("select 1 from pg_locks where not granted").fetchone()
        return found is not None

    def run(where: object, name: str, first: Do, second: Do) -> Exception | None:
        real, came = getattr(where, name), list[Exception]()

        def other() -> None:
            try:
                second()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
                came.append(error)

        thread = threading.Thread(target=other)

        def written(*given: object, **named: object) -> object:
            done = real(*given, **named)
            if thread.ident is None:
                thread.start()
                assert comes(waits)
            return done

        monkeypatch.setattr(where, name, written)
        first()
        thread.join()
        return came[0] if came else None

    return run


AtOnce = Callable[[object, str, Do, Do], Exception | None]


def refused(do: Do) -> Conflicts:
    """The refusal of something that was done before."""
    with pytest.raises(Conflicts) as found:
        do()
    return found.value


def same(came: Exception | None, later: Conflicts) -> bool:
    """Whether something came to that refusal."""
    return isinstance(came, Conflicts) and (str(came), came.code) == (str(later), later.code)


def test_two_administrators_give_one_name(store: Store, who: Who, at_once: AtOnce) -> None:
    by, ori = who(Role.ADMINISTRATOR), ORI[OWNER_OF[Role.OFFICER]]

    def make() -> object:
        return staff.create(store, by, NewAccount("sam.new", "Sam New", Role.OFFICER, ori, "a-first-word-for-them"))

    assert same(at_once(accounts, "create", make, make), refused(make))


def test_two_arrests_are_given_one_otn(store: Store, who: Who, book: Book, at_once: AtOnce) -> None:
    officer = who(Role.OFFICER)
    first, second, third = book(), book(), book()

    def prints(arrest: UUID) -> Do:
        return lambda: take(store, officer, arrest, "take-prints", {"otn": "N 239191-1"})

    assert same(at_once(arrests, "change", prints(first), prints(second)), refused(prints(third)))


def test_two_supervisors_assign_one_arrest_to_one_person(store: Store, who: Who, book: Book, at_once: AtOnce) -> None:
    by, detective, arrest = who(Role.POLICE_SUPERVISOR), who(Role.DETECTIVE), book()

    def assign() -> object:
        return assigning.assign(store, by, arrest, detective.sign_in)

    assert same(at_once(duties, "assign", assign, assign), refused(assign))


def test_two_owners_register_addresses_for_one_partner(partnership: Partnership, at_once: AtOnce) -> None:
    store = partnership.store

    def register(owner: Owner) -> Do:
        url = f"https://{owner.value}.example.gov/pars"
        return lambda: webhooks.register(store, partnership.speaker(owner), "Example County Sheriff", url)

    for turn in ("nowhere before", "in place of another"):
        came = at_once(subscriptions, "register_webhook", register(Owner.POLICE), register(Owner.COURT))

        assert isinstance(came, Conflicts), turn
        assert "register yours again" in str(came)
        used = [
            one.address for one in webhooks.registered(store, partnership.speaker(Owner.POLICE)) if not one.ended_at
        ]
        assert used == ["https://police.example.gov/pars"]


def test_two_of_the_courts_connect_services(partnership: Partnership, at_once: AtOnce) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)

    def connect(name: str) -> Do:
        return lambda: notice_service.connect(store, court, f"https://{name}.example.gov/pars")

    for turn in ("none before", "in place of another"):
        came = at_once(protected, "connect_service", connect("first"), connect("second"))

        assert isinstance(came, Conflicts), turn
        assert "connect yours again" in str(came)
        service = notice_service.connected(store, court)
        assert service is not None
        assert service.address == "https://first.example.gov/pars"


def test_two_owners_offer_one_key(partnership: Partnership, at_once: AtOnce) -> None:
    new = public_key(Ed25519PrivateKey.generate().private_bytes_raw())

    def offer(owner: Owner) -> Do:
        return lambda: owner_keys.offer_key(partnership.store, partnership.speaker(owner), new)

    came = at_once(kept, "offer_key", offer(Owner.POLICE), offer(Owner.COURT))

    assert same(came, refused(offer(Owner.COURT)))


def test_two_owners_propose_terms_of_one_agreement(partnership: Partnership, at_once: AtOnce) -> None:
    city = partnership
    city.propose()

    def propose(owner: Owner, many: int) -> Do:
        return lambda: city.propose(terms(per_user=many), by=owner)

    came = at_once(kept, "insert_version", propose(Owner.POLICE, 20), propose(Owner.COURT, 30))

    assert isinstance(came, Conflicts)
    assert "propose yours again" in str(came)
    versions = agreements_shown.agreement(city.store, city.speaker(Owner.COURT), "sheriff").versions
    assert [(one.number, "per_user_per_day = 20" in one.terms) for one in versions] == [(1, False), (2, True)]


def test_two_owners_propose_the_first_terms_of_one_agreement(partnership: Partnership, at_once: AtOnce) -> None:
    city = partnership

    def propose(owner: Owner) -> Do:
        return lambda: city.propose(by=owner)

    came = at_once(kept, "insert_version", propose(Owner.POLICE), propose(Owner.COURT))

    assert same(came, refused(propose(Owner.COURT)))


def test_two_owners_propose_that_one_record_stands_for_nobody(
    partnership: Partnership, admin_url: str, at_once: AtOnce
) -> None:
    found = number(admin_url, partnership.charged("Nobodie"))

    def propose(owner: Owner) -> Do:
        return lambda: canaries.propose(partnership.store, partnership.speaker(owner), found)

    came = at_once(nobodys, "propose", propose(Owner.POLICE), propose(Owner.COURT))

    assert same(came, refused(propose(Owner.COURT)))


@pytest.mark.parametrize(("ori", "name"), [("PAWAR0000", "Another Name"), ("PASUB0000", "Example County Warrant Unit")])
def test_two_administrators_register_one_partner(
    partnership: Partnership, at_once: AtOnce, ori: str, name: str
) -> None:
    store, by = partnership.store, partnership.staff(Role.ADMINISTRATOR)

    def register(*of: str) -> Do:
        return lambda: partnering.register(store, by, *of)

    came = at_once(partners, "register", register("PAWAR0000", "Example County Warrant Unit"), register(ori, name))

    assert same(came, refused(register(ori, name)))


def test_two_begin_to_watch_one_child(partnership: Partnership, at_once: AtOnce) -> None:
    store, medic = partnership.store, partnership.staff(Role.MEDIC)
    child = record_arrest(store, partnership.staff(Role.OFFICER), arrest_of(15)).id

    def watch(level: str) -> Do:
        return lambda: caring.note(store, medic, child, "watch", {"level": level, "reason": "said so"})

    came = at_once(care, "begin_watch", watch("constant"), watch("general"))

    assert came is None  # the later takes the place of the earlier, as it does of one from yesterday
    assert [one.every_minutes for one in caring.watches(store)] == [LEVELS["general"]]


def test_two_programs_that_start_at_once_lay_one_floor(partnership: Partnership, at_once: AtOnce) -> None:
    newer = floor_with("dc_number")

    def lay() -> object:
        return proving.lay_floor(partnership.store, newer)

    assert at_once(floors, "lay", lay, lay) is None
    assert not lay()


def test_two_count_one_cell_block(partnership: Partnership, at_once: AtOnce) -> None:
    store, arrest = partnership.store, partnership.record()
    partnership.take(Role.DETENTION_OFFICER, arrest, "book", {"site": "D22", "cell": "A-1"})

    def count(role: Role) -> Do:
        given = CountGiven(missing=[arrest], without_row=["B-7", "B-7", "C-1"])
        return lambda: counting.count(store, partnership.staff(role), "D22", given)

    came = at_once(counts, "differs", count(Role.DETENTION_OFFICER), count(Role.CUSTODY_SUPERVISOR))

    assert came is None  # the later is a count, too, and finds nothing that does not stand already
    standing = counting.open_block(store, partnership.staff(Role.DETENTION_OFFICER), "D22").differences
    assert sorted((one.kind.value, one.cell or "") for one in standing) == [
        ("person-without-row", "B-7"),
        ("person-without-row", "B-7"),
        ("person-without-row", "C-1"),
        ("row-without-person", ""),
    ]


def test_two_count_the_children(partnership: Partnership, at_once: AtOnce) -> None:
    store = partnership.store
    child = record_arrest(store, partnership.staff(Role.OFFICER), arrest_of(15)).id

    def count(role: Role) -> Do:
        return lambda: counting_children.count(store, partnership.staff(role), [], [child])

    came = at_once(child_counts, "differs", count(Role.POLICE_SUPERVISOR), count(Role.CUSTODY_SUPERVISOR))

    assert came is None
    assert [one.child for one in counting_children.standing(store).missing] == [child]
