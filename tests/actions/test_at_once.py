"""Two people do the same thing at once: the second is refused in the words of one who comes later."""

import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from tests.waiting import comes

from pars.actions import assigning, staff
from pars.actions.founding import NewAccount
from pars.actions.life import take
from pars.errors import Conflicts
from pars.record.roles import OWNER_OF, Role
from pars.store import accounts, arrests, duties
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

        def written(*given: object) -> object:
            done = real(*given)
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
