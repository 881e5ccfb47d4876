"""Terms and floors of the past: kept, published and exported, so that what was done under them is verified for good."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest
from tests.ledger.logs import placed, reader
from tests.partnership import Partnership, asks, terms

from pars.actions import mending, placing, proving
from pars.actions.inquiries import inquire
from pars.ledger import copying
from pars.ledger.checking import Check
from pars.ledger.verify import Trust, Verifier
from pars.sharing.floor import FLOOR, Floor, read_floor

TEXT = (files("pars.sharing") / "floor.toml").read_text(encoding="utf-8")
NEWER = read_floor(TEXT.replace(f"version = {FLOOR.version}\n", f"version = {FLOOR.version + 1}\n") + "\n# newer\n")


def exported(source: Path, to: Path) -> Path:
    """A copy of the log's files, as a stranger takes it."""
    for path, body in copying.files(reader(source), reader(to), lambda _: None):
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(body)
    return to


def verified(folder: Path, trust: Trust) -> Mapping[str, Check]:
    """Every check of a folder by its name."""
    return {one.name: one for one in Verifier(reader(folder), trust).checks()}


def lived_through(city: Partnership) -> list[str]:
    """Two versions of terms, looks under both, and a newer floor under which the second is proved; their hashes."""
    first = city.agree()
    city.charged()
    assert inquire(city.store, city.analyst(), asks()).record is not None
    second = city.agree(terms(fields='["name", "birth_date"]'))
    assert inquire(city.store, city.analyst(), asks()).record is not None
    proving.lay_floor(city.store, NEWER)
    proving.prove_again(city.store, NEWER)
    return [first, second]


def test_an_export_holds_the_text_of_every_version_and_floor_and_verifies_by_itself(
    partnership: Partnership, ledger_folder: Path, tmp_path: Path
) -> None:
    versions = lived_through(partnership)

    trust = placed(partnership.store, tmp_path / "home")
    copy = exported(ledger_folder, tmp_path / "copy")

    assert {one.stem for one in (copy / "terms").iterdir()} == set(versions)
    assert {one.stem for one in (copy / "floor").iterdir()} == {FLOOR.sha256, NEWER.sha256}
    told = verified(copy, trust)
    assert [one for one in told.values() if not one.holds or not one.judged] == []
    (copy / "terms" / f"{versions[0]}.toml").write_text("another text")
    assert not verified(copy, trust)["terms"].holds
    exported(ledger_folder, copy)
    assert verified(copy, trust)["terms"].holds


def test_a_later_program_publishes_and_mends_the_floors_of_those_before(
    partnership: Partnership, ledger_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_through(partnership)
    for file in (ledger_folder / "floor").iterdir():
        file.unlink()
    monkeypatch.setattr(placing, "FLOOR", NEWER)

    placing.place(partnership.store)
    mending.mend(partnership.store)

    for floor in (FLOOR, NEWER):
        assert (ledger_folder / "floor" / f"{floor.sha256}.toml").read_text() == floor.text


@pytest.mark.parametrize("known", [FLOOR, NEWER], ids=["by the program", "by the folder"])
def test_the_file_of_a_floor_that_was_laid_without_it_is_kept_once_it_is_found(
    partnership: Partnership, admin_url: str, ledger_folder: Path, known: Floor
) -> None:
    placing.place(partnership.store)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update sharing.floor set text = null")
    if known is FLOOR:
        (ledger_folder / "floor" / f"{FLOOR.sha256}.toml").write_text("another text")

    proving.lay_floor(partnership.store, known)

    with psycopg.connect(admin_url) as connection:
        texts: dict[str, str] = dict(connection.execute("select hash, text from sharing.floor").fetchall())
    assert texts[FLOOR.sha256] == FLOOR.text
    assert texts[known.sha256] == known.text
