"""One zone for the whole city: whatever says one by its name, in the database or on a page, says the clock's."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import psycopg

import pars
from pars.clock import ZONE

NAMED = re.compile(r"""(?:at time zone '|timezone\('|timeZone: ")([^'"]+)""", re.IGNORECASE)


def _zones(text: str) -> set[str]:
    return set(NAMED.findall(text))


def _of_the_database(admin_url: str) -> Iterator[str]:
    """Every function and view of ours, as the database has it by now."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            """
            select p.prosrc
            from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace
            where n.nspname !~ '^(pg_|information_schema)'
            union all
            select v.definition
            from pg_views v
            where v.schemaname !~ '^(pg_|information_schema)'
            """
        )
        yield from (row[0] for row in rows)


def test_the_database_counts_days_in_the_citys_zone(admin_url: str) -> None:
    zones = [zones for text in _of_the_database(admin_url) if (zones := _zones(text))]

    assert zones == [{ZONE}] * 4  # what stands, what its ground is, what partners are shown, and who is on shift


def test_scripts_of_pages_tell_the_citys_time() -> None:
    zones = {name: _zones(text) for name, text in _scripts().items() if _zones(text)}

    assert zones == {"pars.js": {ZONE}, "waiting.js": {ZONE}}


def _scripts() -> dict[str, str]:
    folder = files("pars.web") / "static"
    return {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".js")}


def test_no_program_says_the_zone_beside_the_clock() -> None:
    root = Path(pars.__file__).parent
    says = {one.relative_to(root).as_posix() for one in root.rglob("*.py") if ZONE in one.read_text(encoding="utf-8")}

    assert says == {"clock.py", "commands/watch.py"}  # where it is an example of a zone
