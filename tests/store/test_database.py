"""A store's connections: transactions, and statements that stand alone."""

import psycopg
import pytest

from pars.errors import Unavailable
from pars.store.database import Store

WORD = "insert into house.setting (name, value, reason) values (%s, '1', 'tried')"
WORDS = "select count(*) from house.setting where name = %s"


def kept(store: Store, name: str) -> int:
    """How many of these were committed."""
    with store.glance("pars_act") as connection:
        return int(connection.execute(WORDS, (name,)).fetchall()[0][0])


def written_and_broken_off(store: Store, name: str, *, alone: bool = False) -> None:
    """Write a word, and fall before the block is over."""
    with store.glance("pars_act") if alone else store.transaction("pars_act") as connection:
        connection.execute(WORD, (name,))
        raise ZeroDivisionError


def left_open(store: Store) -> None:
    """Begin a transaction where none should be, and fall in it."""
    with store.glance("pars_act") as connection:
        connection.execute("begin")
        connection.execute(WORD, ("left open",))
        connection.execute("create database never")


def cut_off(store: Store, admin_url: str) -> None:
    """Lose the connection in the middle."""
    with store.glance("pars_act") as connection:
        with psycopg.connect(admin_url, autocommit=True) as killer:
            killer.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
        connection.execute("select 1")


def test_a_statement_that_stands_alone_is_committed_by_itself(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        written_and_broken_off(store, "alone", alone=True)

    assert kept(store, "alone") == 1


def test_the_connection_of_a_glance_comes_back_as_one_that_has_transactions(store: Store) -> None:
    """The pool hands out the same connection; were it left as it was, an act would be committed in pieces."""
    for _ in range(3):
        kept(store, "nothing")
        with pytest.raises(ZeroDivisionError):
            written_and_broken_off(store, "in a transaction")

    assert kept(store, "in a transaction") == 0


def test_nor_does_a_fault_in_between_leave_one_behind(store: Store, admin_url: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), store.glance("pars_act") as connection:
        connection.execute("select 1 from nowhere")
    with pytest.raises(psycopg.errors.ActiveSqlTransaction):
        left_open(store)
    with pytest.raises(Unavailable):
        cut_off(store, admin_url)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            written_and_broken_off(store, "afterwards")

    assert (kept(store, "left open"), kept(store, "afterwards")) == (0, 0)
