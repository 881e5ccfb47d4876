"""What the tests share: a database of their own on whatever PostgreSQL there is."""

import contextlib
import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.noon import NOON, born
from tests.partnership import Partnership, founded
from tests.scheduling import pytest_xdist_make_scheduler
from tests.staff import staffed
from tools.memory import write_in_memory

from pars import clock
from pars.actions.placing import place
from pars.actions.proving import lay_floor
from pars.commands.garbage import unlooked
from pars.store import embedded
from pars.store.database import Store
from pars.store.keys import Keys, keys_in
from pars.store.migrate import migrate

__all__ = ["pytest_xdist_make_scheduler"]

write_in_memory()
clock.keep(NOON)

# These properties are about answers; what takes time is measured elsewhere. Their examples are the same in each run,
# so that no change fails by what another one broke; `make soak` looks with new ones (--hypothesis-profile dice).
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dice", _PATIENT)
settings.register_profile("pars", _PATIENT, derandomize=True, database=None)
settings.load_profile("pars")


LONGEST = (
    *("promises", "laws", "journeys", "demo", "strangers"),
    *("test_cli.py", "test_ledger_cli.py", "test_measuring.py", "test_recover.py", "test_verify.py"),
)
"""Rooms of the tests of which some take long; they go first, so that no worker is left with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the store touches the database, and runs once more on Debian's. What takes long goes first."""
    for item in items:
        if "store" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    items.sort(key=lambda item: not set(LONGEST) & set(item.path.parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What the tests load stays, too: nobody looks for garbage meanwhile, which took an eighth of the time."""
    with unlooked():
        return (yield)


def pytest_collection_finish() -> None:
    """What stands once all tests are known stays to the end: nobody looks for garbage among it again and again."""
    gc.collect()
    gc.freeze()


OUTLIVES_NOTHING = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
"""The server that most tests share ends with them, so it need not wait for a disk.

What survives a crash is proved on servers of their own, as they are delivered (tests/store/test_embedded.py,
tests/promises/test_no_arrest_is_lost.py).
"""


SCRAM_TURNS_SINCE = 160_000
"""The version of PostgreSQL that lets one say how many."""


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys of a folder of the tests' own."""
    folder: Path = tmp_path_factory.mktemp("keys")
    return keys_in(folder, holding_owners=True)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The PostgreSQL to test on, as its administrator: the one that is named, otherwise an embedded one."""
    if named := os.environ.get("PARS_DATABASE_URL"):
        url = named.replace("{worker}", os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
        _greet_quickly(url)
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="pars-tests-"))
    with contextlib.ExitStack() as up:
        with patch.dict(embedded.SETTINGS, OUTLIVES_NOTHING):
            url = up.enter_context(embedded.running(folder))
        _greet_quickly(url)
        _greet_the_administrator_quickly(url)
        yield url
    shutil.rmtree(folder)


def _greet_quickly(url: str) -> None:
    """Passwords that are set from now on cost one turn of SCRAM and not 4,096: each test opens doors anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.info.server_version >= SCRAM_TURNS_SINCE:
            connection.execute("alter role current_user set scram_iterations = 1")


def _greet_the_administrator_quickly(url: str) -> None:
    """The administrator's own password, which was set before that, is set again: many tests sign in so, too."""
    with psycopg.connect(url, autocommit=True) as connection:
        own = sql.Literal(connection.info.password)
        connection.execute(sql.SQL("alter role current_user password {}").format(own))


def copy_of(template: str, name: str) -> sql.Composed:
    """The statement that makes a database like another, file by file: half the work of writing it all to the log."""
    return sql.SQL("create database {} template {} strategy file_copy").format(
        sql.Identifier(name), sql.Identifier(template)
    )


@dataclass(frozen=True)
class Administrator:
    """Makes and drops the tests' databases, on one connection: to greet anew for each takes longer than to drop it."""

    url: str
    connection: psycopg.Connection

    def copied(self, template: str, name: str) -> str:
        """The administrator's address of a new copy of a database."""
        self.connection.execute(copy_of(template, name))
        return make_conninfo(self.url, dbname=name)

    @contextlib.contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """The address of a copy that stands for as long as the block runs."""
        name = f"pars_test_{secrets.token_hex(6)}"
        yield self.copied(template, name)
        self.connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def administrator(server_url: str) -> Iterator[Administrator]:
    """Whoever makes each test's database."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        yield Administrator(server_url, connection)


@pytest.fixture(scope="session")
def template(server_url: str, keys: Keys) -> str:
    """The name of a migrated, empty database that each test's own is copied from."""
    name = f"pars_template_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    migrate(make_conninfo(server_url, dbname=name), keys)
    return name


class FoundedCity(NamedTuple):
    """A database with a city in it, the folder of its ledger, and the keys of its epochs."""

    database: str
    ledger: Path
    epochs: Mapping[str, bytes]

    def with_keys_of(self, keys: Keys) -> "FoundedCity":
        """The same city with the keys that its epochs have now."""
        names = keys.epochs.names()
        return self._replace(epochs={one: (keys.epochs.folder / f"{one}.key").read_bytes() for one in names})

    def opens_with(self, keys: Keys) -> None:
        """Put back the keys that another test destroyed when it erased somebody: every copy was sealed under them."""
        for name, body in self.epochs.items():
            keys.epochs.destroy(name)
            (keys.epochs.folder / f"{name}.key").write_bytes(body)


CITIES: Mapping[str, str] = {"partnership": "founded_city", "staff": "staffed_city", "store": "empty_city"}
"""By the first of these fixtures that it uses a test has a copy of that city; without any, of one yet to be born."""


def _city_of(request: pytest.FixtureRequest) -> FoundedCity | None:
    """The city that the test's own is a copy of."""
    for wanted, city in CITIES.items():
        if wanted in request.fixturenames:
            found: FoundedCity = request.getfixturevalue(city)
            return found
    return None


@pytest.fixture(scope="session")
def founded_city(
    administrator: Administrator, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> FoundedCity:
    """The city of `partnership`, with its log signed."""
    with _growing(administrator, template, keys, tmp_path_factory.mktemp("founded")) as (store, city):
        founded(store)
        place(store)
    return city.with_keys_of(keys)


@pytest.fixture(scope="session")
def staffed_city(
    administrator: Administrator, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> FoundedCity:
    """The house of `staff`."""
    with _growing(administrator, template, keys, tmp_path_factory.mktemp("staffed")) as (store, city):
        staffed(store)
    return city.with_keys_of(keys)


@pytest.fixture(scope="session")
def empty_city(
    administrator: Administrator, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> FoundedCity:
    """A city with nothing in it but the floor."""
    with _growing(administrator, template, keys, tmp_path_factory.mktemp("empty")) as (store, city):
        lay_floor(store)
    return city.with_keys_of(keys)


@contextlib.contextmanager
def _growing(
    administrator: Administrator, template: str, keys: Keys, home: Path
) -> Iterator[tuple[Store, FoundedCity]]:
    """A city that is founded in the block at the tests' noon, whatever city's time it is, and copied from then on."""
    city, before = FoundedCity(f"pars_founded_{secrets.token_hex(6)}", home / "ledger", {}), clock._pace
    clock.keep(NOON)
    url = administrator.copied(template, city.database)
    born(url)
    with Store(url, keys, ledger=city.ledger) as opened:
        yield opened, city
    clock.keep(before)


@pytest.fixture(autouse=True)
def _the_clock_is_put_back() -> Iterator[None]:
    before = clock._pace
    yield
    clock.keep(before)


@pytest.fixture
def admin_url(request: pytest.FixtureRequest, administrator: Administrator, template: str) -> Iterator[str]:
    """The administrator's address of a migrated database, dropped afterwards; with the test's city in it."""
    city = _city_of(request)
    with administrator.lent(city.database if city else template) as url:
        yield url


@pytest.fixture
def ledger_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the test's ledger are."""
    return tmp_path_factory.mktemp("ledger") / "ledger"


@pytest.fixture
def store(request: pytest.FixtureRequest, admin_url: str, keys: Keys, ledger_folder: Path) -> Iterator[Store]:
    """A store on a database of the test's own."""
    city = _city_of(request)
    assert city is not None
    if city.ledger.exists():  # nothing stands there before the first place is given
        shutil.copytree(city.ledger, ledger_folder)
    city.opens_with(keys)
    with Store(admin_url, keys, ledger=ledger_folder) as opened:
        yield opened


@pytest.fixture
def staff(store: Store) -> Store:
    """The store of a house with an account for each role."""
    return store


@pytest.fixture
def partnership(store: Store) -> Partnership:
    """A small city whose owners have enrolled their keys, and a partner without any agreement yet."""
    place(store)  # the door answers partners only while the log is signed
    return Partnership(store)


@pytest.fixture
def another(
    administrator: Administrator, founded_city: FoundedCity, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int], AbstractContextManager[tuple[Partnership, str]]]:
    """A partnership in a city of its own for as long as a block runs, with so many connections at a door."""

    @contextlib.contextmanager
    def lent(most: int) -> Iterator[tuple[Partnership, str]]:
        ledger = tmp_path_factory.mktemp("another") / "ledger"
        with administrator.lent(founded_city.database) as url:
            shutil.copytree(founded_city.ledger, ledger)
            founded_city.opens_with(keys)
            with Store(url, keys, ledger=ledger, most=most) as opened:
                place(opened)
                yield Partnership(opened), url
        shutil.rmtree(ledger.parent)

    return lent
