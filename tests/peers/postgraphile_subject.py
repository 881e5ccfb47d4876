"""PostGraphile over a small schema with row security and column grants, as a subject of the hidden-field suite.

The schema is what PARS keeps, as small as it can be: people, their charges, and the reports of outcomes that partners
write. A partner's role may select the columns that an agreement would give; policies show it the rows that it may see,
and its own reports. Numbers are identities and references are foreign keys, as one writes them.
"""

import contextlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.laws.worlds import Script, World, request
from tests.peers.serving import postgraphile

SCHEMA: Final = """
  create schema peer;
  create table peer.person (
    id integer primary key generated always as identity,
    surname text not null, given text not null, born date not null, otn text not null unique,
    ssn text, access text not null
  );
  create index on peer.person (surname); create index on peer.person (born); create index on peer.person (ssn);
  create table peer.charge (
    id integer primary key generated always as identity,
    person_id integer not null references peer.person, statute text not null, standing boolean not null
  );
  create index on peer.charge (person_id); create index on peer.charge (statute);
  create table peer.report (
    id integer primary key generated always as identity,
    person_id integer not null references peer.person, partner text not null default current_user, words text not null,
    unique (partner, person_id)
  );
  create index on peer.report (person_id);
  alter table peer.person enable row level security;
  alter table peer.charge enable row level security;
  alter table peer.report enable row level security;
"""
GRANTS: Final = """
  grant usage on schema peer to {role};
  grant select (id, surname, given, born, otn) on peer.person to {role};
  grant select (id, person_id, statute) on peer.charge to {role};
  grant select, insert (person_id, words) on peer.report to {role};
  create policy seen on peer.person for select to {role} using (access = 'open');
  create policy seen on peer.charge for select to {role}
    using (standing and exists (select 1 from peer.person p where p.id = person_id));
  create policy own on peer.report to {role} using (partner = current_user) with check (partner = current_user);
"""
VISIBLE: Final = ("Visible", "Vera", "1990-02-03", "T 111111-1")
OTHER: Final = ("Other", "Olga", "1985-01-01", "T 222222-2")
HIDDEN: Final = ("Sealed", "Sam", "1991-03-04", "T 333333-3")
HIDDEN_NUMBER: Final = 3
NOBODY_NUMBER: Final = 4


@contextlib.contextmanager
def postgraphile_world(server_url: str, *, hidden: bool, ssn: str = "111", declined: bool = False) -> Iterator[World]:
    """A served world: two people who are shown, and with `hidden` a sealed one and another partner's report."""
    name, password = f"peer_{secrets.token_hex(4)}", secrets.token_hex(12)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(password))
        )
    admin = make_conninfo(server_url, dbname=name)
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(SCHEMA)
            connection.execute(sql.SQL(GRANTS).format(role=sql.Identifier(name)))
            _fill(connection, hidden=hidden, ssn=ssn, declined=declined)
        theirs = make_conninfo(admin, user=name, password=password)
        with postgraphile(theirs) as port:
            yield World(port, _late(admin) if hidden else lambda: None)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


Connection = psycopg.Connection[tuple[object, ...]]


def _fill(connection: Connection, *, hidden: bool, ssn: str, declined: bool) -> None:
    people = "insert into peer.person (surname, given, born, otn, ssn, access) values (%s, %s, %s, %s, %s, %s)"
    connection.execute(people, (*VISIBLE, ssn, "open"))
    connection.execute(people, (*OTHER, "500", "open"))
    charge = "insert into peer.charge (person_id, statute, standing) values (%s, %s, %s)"
    connection.execute(charge, (1, "18 § 2701", True))
    if declined:
        connection.execute(charge, (1, "18 § 3502", False))
    if hidden:
        connection.execute(people, (*HIDDEN, "999", "sealed"))
        connection.execute(charge, (HIDDEN_NUMBER, "18 § 3701", True))
        connection.execute("insert into peer.report (person_id, partner, words) values (3, 'another', 'theirs')")


def _late(admin: str) -> Callable[[], None]:
    def happens() -> None:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("update peer.person set ssn = '998' where access = 'sealed'")

    return happens


RANDOM: Final = (
    (re.compile(rb"(?im)^date: [^\r\n]{29}"), b"date: " + b"x" * 29),
    (re.compile(rb"(?i)(hash: '|id: '|\"errorId\":\")([A-Za-z0-9_-]+)"), None),
)
"""What rightly differs: the day, and the number under which a masked error stands in the server's own log."""


@dataclass(frozen=True)
class PostGraphile:
    """The adapter."""

    @property
    def without(self) -> Mapping[str, str]:
        """Attacks for which there is nothing here."""
        return {
            "quota": "it counts no questions",
            "event": "no subscription is made from tables",
            "replay": "it knows no keys of repeated requests; a second report is among the conflicts",
        }

    def blank(self, answer: bytes) -> bytes:
        """Overwrite the day, and the numbers of masked errors."""
        day, number = RANDOM
        found = day[0].sub(day[1] or b"", answer)
        return number[0].sub(lambda one: one[1] + b"x" * len(one[2]), found)

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        """Each attack as one would write it against such an interface."""
        shown = "id surname given born otn chargesByPersonId { nodes { statute } }"
        people = f"{{ allPeople(condition: {{%s}}) {{ nodes {{ {shown} }} }} }}"
        found = {
            "ask: somebody who is shown": [people % 'surname: "Visible"'],
            "ask: somebody sealed": [people % 'surname: "Sealed"'],
            "ask: by the number of somebody sealed": ['{ personByOtn(otn: "T 333333-3") { id surname } }'],
            "filter: by a withheld column": [people % 'ssn: "111"', people % 'access: "sealed"'],
            "withheld search: a number in full": ['{ allPeople(condition: {ssn: "999"}) { totalCount } }'],
            "wildcard: in names": [people % 'surname: "%"', people % 'surname: "S*"'],
            "sort: by a withheld column": [
                *(
                    f"{{ allPeople(orderBy: {one}) {{ nodes {{ id }} }} }}"
                    for one in ("SSN_ASC", "ACCESS_DESC", "ROW_ID_DESC")
                ),
                "{ allPeople(orderBy: BORN_DESC) { nodes { id } } }",
            ],
            "alias: of a withheld column": [
                "{ allPeople { nodes { otn: ssn } } }",
                "{ allPeople { nodes { x: access } } }",
            ],
            "error text: of casts and shapes": [
                '{ allPeople(condition: {born: "yesterday"}) { nodes { id } } }',
                "{ personByRowId(rowId: 99999999999) { id } }",
                "{ allPeople(first: -1) { nodes { id } } }",
                "{ allPeople(offset: -1) { nodes { id } } }",
                '{ allPeople(condition: {surname: "\\u0000"}) { nodes { id } } }',
                "{ allPeople { nodes { ssn } } }",
                "{",
            ],
            "count: of people, charges and reports": [
                "{ allPeople { totalCount pageInfo { hasNextPage endCursor } } allCharges { totalCount } }",
                "{ allReports { totalCount } }",
                "{ allPeople { nodes { chargesByPersonId { totalCount } } } }",
                "{ allPeople(offset: 2) { totalCount nodes { id } pageInfo { hasPreviousPage } } }",
            ],
            "gap: a number that is not shown": [
                f"{{ personByRowId(rowId: {HIDDEN_NUMBER}) {{ id }} }}",
                "{ chargeByRowId(rowId: 2) { id personByPersonId { surname } } }",
                "{ allPeople { edges { cursor node { id rowId } } } }",
            ],
            "own log: one's reports": ["{ allReports { nodes { id partner words personId } } }"],
            "gap: the number of one's next report": [self._report(2, "x")],
            "outcome: of somebody sealed, and of nobody": [
                self._report(HIDDEN_NUMBER, "x"),
                self._report(NOBODY_NUMBER + 5, "x"),
            ],
            "conflict: a second report": [self._report(1, "one"), self._report(1, "two")],
        }
        scripts = {name: self._sends([self._post(query) for query in queries]) for name, queries in found.items()}
        everybody = "{ allPeople { nodes { id surname } } }"
        whole = json.dumps({"query": everybody})
        twice = json.dumps({"query": people % 'surname: "Sealed"'})[1:-1]
        get = "/graphql?query=%7BallPeople%7Bnodes%7Bid%7D%7D%7D"
        scripts |= {
            "extra key: in the body": self._sends(
                [self._raw(json.dumps({"query": everybody, "role": "postgres", "where": 1}))]
            ),
            "duplicate key: in the body": self._sends(
                [self._raw(f"{{{twice}, {whole[1:]}"), self._raw(f"{whole[:-1]}, {twice}}}")]
            ),
            "duplicate parameter: in the address": self._sends(
                [request("GET", f"{get}&query=%7BallPeople%7BtotalCount%7D%7D")]
            ),
            "conditional: a validator": self._sends(
                [
                    request("GET", get, {"If-None-Match": '"x"'}),
                    self._raw(whole, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT"),
                ]
            ),
            "range: of the answer": self._sends([self._raw(whole, Range="bytes=0-10")]),
            "negotiation: other kinds": self._sends(
                [
                    self._raw(whole, Accept=kind)
                    for kind in ("text/csv", "application/graphql-response+json", "text/event-stream")
                ]
            ),
            "override: of the method and the user": self._sends(
                [self._raw(whole, X_HTTP_Method_Override="DELETE"), self._raw(whole, X_User="postgres")]
            ),
        }
        return scripts

    def _report(self, person: int, words: str) -> str:
        given = f'input: {{report: {{personId: {person}, words: "{words}"}}}}'
        return f"mutation {{ createReport({given}) {{ report {{ id personByPersonId {{ surname }} }} }} }}"

    def _post(self, query: str) -> bytes:
        return self._raw(json.dumps({"query": query}))

    def _raw(self, body: str, **headers: str) -> bytes:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return request("POST", "/graphql", {"Content-Type": "application/json"} | named, body.encode())

    def _sends(self, every: list[bytes]) -> Script:
        def script(world: World) -> Iterator[bytes]:
            for raw in every:
                yield world.send(raw)

        return script
