"""Our inquiry through HTTP against PostGraphile with row security and no log, by turns in one run, 16 clients each."""

import contextlib
import json
import os
import secrets
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.peers.serving import installed, postgraphile, version

from pars.web.measuring.city import served
from pars.web.measuring.clients import ask_for, post
from pars.web.measuring.inquiries import shown
from pars.web.measuring.sharing import Partnership, partnership

pytestmark = [pytest.mark.soak, pytest.mark.skipif(not installed(), reason="make peers installs it")]
RESULT: Final = Path(__file__).parents[2] / "docs" / "soak" / "rate-beside-postgraphile.json"
ARRESTS: Final = int(os.environ.get("PEER_ARRESTS", "40000"))
CLIENTS, SECONDS, TURNS = 16, 4.0, 5

SCHEMA: Final = """
  create schema peer;
  create table peer.person as
    select id, surname, given, birth_date as born, otn, access from record.arrest;
  alter table peer.person add primary key (id);
  create index on peer.person (surname, given, born);
  create index on peer.person (given); create index on peer.person (born);
  create table peer.charge as
    select charge_id as id, arrest_id as person_id, statute, grade, counts
    from record.classification where stage = 'district-attorney';
  alter table peer.charge add primary key (id), add foreign key (person_id) references peer.person;
  create index on peer.charge (person_id);
  create table peer.bail as
    select id, arrest_id as person_id, type, amount_usd, percent from record.bail where position = 'order';
  alter table peer.bail add primary key (id), add foreign key (person_id) references peer.person;
  create index on peer.bail (person_id);
  alter table peer.person enable row level security;
  alter table peer.charge enable row level security;
  alter table peer.bail enable row level security;
"""
GRANTS: Final = """
  grant usage on schema peer to {role};
  grant select on all tables in schema peer to {role};
  create policy seen on peer.person for select to {role} using (access = 'open');
  create policy seen on peer.charge for select to {role}
    using (exists (select 1 from peer.person p where p.id = person_id));
  create policy seen on peer.bail for select to {role}
    using (exists (select 1 from peer.person p where p.id = person_id));
"""
QUERY: Final = """
query ($surname: String!, $given: String!, $born: Date!) {
  record: allPeople(condition: {surname: $surname, given: $given, born: $born}, first: 2) {
    nodes {
      surname given born otn
      chargesByPersonId { nodes { statute grade counts } }
      bailsByPersonId { nodes { type amountUsd percent } }
    }
  }
}
"""


@contextlib.contextmanager
def peers(made: Partnership) -> Iterator[Sequence[int]]:
    """Two processes of PostGraphile on the bench's own people, as the inquiry has two processes."""
    name, password = f"peer_{secrets.token_hex(4)}", secrets.token_hex(12)
    with psycopg.connect(made.here.admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(password))
        )
        connection.execute(SCHEMA)
        connection.execute(sql.SQL(GRANTS).format(role=sql.Identifier(name)))
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(
                sql.Identifier(connection.info.dbname), sql.Identifier(name)
            )
        )
        connection.execute("vacuum (analyze)")
    theirs = make_conninfo(made.here.admin_url, user=name, password=password)
    with postgraphile(theirs) as one, postgraphile(theirs) as other:
        yield (one, other)


def asked(ports: Sequence[int], questions: Sequence[bytes]) -> float:
    """The rate at which records come."""
    return len(shown(ask_for(ports, CLIENTS, questions, SECONDS))) / SECONDS


def test_inquiries_beside_postgraphile_with_row_security_and_no_log() -> None:
    with served(processes=2) as city, partnership(city) as made:
        made.grow(ARRESTS)
        ours = made.questions(made.credential())
        people = [{"surname": one.surname, "given": one.given, "born": one.born.isoformat()} for one in made.some()]
        theirs = [post("/graphql", "-", {"query": QUERY, "variables": one}) for one in people]
        with peers(made) as ports:
            pairs = []
            for _ in range(TURNS):
                made.forget_counts()
                pairs.append((asked(city.ports, ours), asked(ports, theirs)))

    told = {
        "system": f"PostGraphile {version()}",
        "arrests": ARRESTS,
        "clients": CLIENTS,
        "processes_each": 2,
        "load_average": round(os.getloadavg()[0], 1),
        "inquiries_a_second": round(statistics.median(one for one, _ in pairs), 1),
        "postgraphile_a_second": round(statistics.median(other for _, other in pairs), 1),
        "ratio": round(statistics.median(one / other for one, other in pairs), 3),
        "ratios": [round(one / other, 3) for one, other in pairs],
    }
    RESULT.write_text(f"{json.dumps(told, indent=2)}\n", encoding="utf-8")
