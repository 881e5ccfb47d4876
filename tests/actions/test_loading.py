"""Loading a file: every row an arrest by the acts that people use, or a line of the errors file with its reason."""

import csv
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from pars.actions import founding, signin
from pars.actions.acting import By, act
from pars.actions.booking import LOADED_BEFORE, FileRow, NewArrest, record_arrest
from pars.actions.disclosure import open_list
from pars.actions.life import take
from pars.actions.loading import COLUMNS, LOADER, Loaded, load, loader
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed, NotSignedIn, ParsError, Unavailable
from pars.record import nibrs
from pars.record.arrest import Custody, Exit
from pars.record.roles import Owner, Role
from pars.sharing.duty import View
from pars.store.database import Store

REAL = Path(__file__).parents[3] / "shared" / "data" / "nibrs_arrestee_segments_deid.csv"
ORI = "PAPEP0000"
WHOLE = (
    "2026-03-01T10:00:00-05:00,Front and Market,PAPEP0000,202618004412,4417;812A,Doe,Jo,1990-02-03,F,W,N,,18 2701 A,1"
)
NIBRS = "agency_A,7,A,2019-05,Thu,O,,90D,01,,42,M,W,N,R,,"
Run = Callable[..., Loaded]


@pytest.fixture
def by(store: Store) -> By:
    """A police supervisor, who may book and issue a summons."""
    return _account(store, Role.POLICE_SUPERVISOR)


def _account(store: Store, role: Role) -> By:
    founding.agency(store, ORI, "Police", Owner.POLICE)
    new = founding.NewAccount(role.value, "Sam Ple", role, ORI, "a-long-enough-word")
    account = founding.account(store, new)
    return By(account, role.value, "Sam Ple", role, 1, "Police", Owner.POLICE)


@pytest.fixture
def run(store: Store, by: By, tmp_path: Path) -> Run:
    """Load lines below the right header."""

    def loading_of(*lines: str | bytes, fmt: str = "csv", ending: bytes = b"\n") -> Loaded:
        header = COLUMNS if fmt == "csv" else nibrs.COLUMNS
        rows = [line.encode() if isinstance(line, str) else line for line in (",".join(header), *lines)]
        (tmp_path / "in.csv").write_bytes(ending.join(rows))
        return load(store, by, tmp_path / "in.csv", fmt, tmp_path / "errors.csv", lambda _: None)

    return loading_of


def _refused(loaded: Loaded) -> list[list[str]]:
    with loaded.errors_file.open(newline="", encoding="utf-8") as errors:
        return list(csv.reader(errors))[1:]


def _asked(store: Store, question: str) -> list[tuple[object, ...]]:
    with store.transaction("pars_act") as connection:
        return connection.execute(question.encode()).fetchall()


def _shown(store: Store, columns: str) -> list[tuple[object, ...]]:
    """Columns of arrests in the order of writing, as the wall shows them to whoever has an entry that names them."""
    ids = [UUID(str(row[0])) for row in _asked(store, "select id from record.arrest order by number")]
    with act(store, None, "test.looked") as doing:
        doing.look("staff", ids)
    with store.transaction("pars_staff", entry=str(doing.entry())) as connection:
        return connection.execute(f"select {columns} from record.arrest order by number".encode()).fetchall()


def test_a_row_of_our_own_format_becomes_an_arrest_with_its_charge(store: Store, run: Run) -> None:
    loaded = run(WHOLE)

    assert (loaded.loaded, loaded.refused, loaded.children, loaded.summonses) == (1, 0, 0, 0)
    [(place, surname, officers, kind, synthetic)] = _shown(store, "place, surname, officers, kind, synthetic")
    assert (place, surname, officers, kind, synthetic) == ("Front and Market", "Doe", ["4417", "812A"], "on-view", [])
    assert _asked(store, "select statute, counts from record.classification") == [("18 § 2701 §§ A", 1)]


def test_a_row_with_the_least_that_an_arrest_needs_loads(store: Store, run: Run) -> None:
    loaded = run("2026-03-01T10:00:00Z,Front and Market,PAPEP0000,,,,,,,,,,,")

    assert (loaded.loaded, loaded.refused) == (1, 0)
    assert _shown(store, "surname, birth_date, sex, officers") == [(None, None, "U", [])]


BROKEN = {
    "too few columns": (WHOLE.rsplit(",", 1)[0], "13 columns instead of 14"),
    "too many columns": (WHOLE + ",x", "15 columns instead of 14"),
    "a NUL": (WHOLE.replace("Doe", "D\0e"), "NUL"),
    "bytes that are no text": (WHOLE.encode().replace(b"Doe", b"D\xff\xfee"), "UTF-8"),
    "an open quotation mark": (WHOLE.replace("Doe", '"Doe'), "quotation marks"),
    "a stray carriage return": (WHOLE.replace("Doe", "D\roe"), "line breaks"),
    "an endless line": (WHOLE.replace("Doe", "D" * 200_000), "too long"),
    "a surname too long": (WHOLE.replace("Doe", "D" * 300), "at most 200"),
    "no time zone": (WHOLE.replace("-05:00", ""), "time zone"),
    "no time": (WHOLE.replace("2026-03-01T10:00:00-05:00", "yesterday"), "arrested_at"),
    "the last instant of all": (WHOLE.replace("2026-03-01T10:00:00-05:00", "9999-12-31T23:59:59-23:59"), "future"),
    "the first instant of all": (WHOLE.replace("2026-03-01T10:00:00-05:00", "0001-01-01T00:00:00+23:59"), "1990"),
    "an impossible birth date": (WHOLE.replace("1990-02-03", "1990-02-30"), "birth_date"),
    "a birth after the arrest": (WHOLE.replace("1990-02-03", "2026-03-02"), "birth date"),
    "an unknown sex": (WHOLE.replace(",F,", ",X,"), "sex is one of"),
    "an unknown agency": (WHOLE.replace(ORI, "PAPEP9999"), "ORI"),
    "a malformed DC number": (WHOLE.replace("202618004412", "12"), "DC number"),
    "an unknown statute": (WHOLE.replace("18 2701 A", "18 9999"), "nknown statute"),
    "counts without a statute": (WHOLE.replace("18 2701 A", ""), "without a statute"),
    "no counts at all": (WHOLE[:-1] + "0", "between 1 and 999"),
    "counts in words": (WHOLE[:-1] + "two", "between 1 and 999"),
}


@pytest.mark.parametrize(("broken", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_row_comes_out_with_its_reason_and_the_others_load(run: Run, broken: str | bytes, reason: str) -> None:
    loaded = run(WHOLE, broken, WHOLE)

    assert (loaded.loaded, loaded.refused) == (2, 1)
    [(number, why, *cells)] = _refused(loaded)
    assert number == "3", "the header is row 1"
    assert reason in why
    assert cells


def test_the_errors_file_holds_the_rows_own_columns_and_is_its_owners_alone(run: Run) -> None:
    loaded = run(WHOLE.replace(",F,", ",X,"))

    assert _refused(loaded)[0][2:] == WHOLE.replace(",F,", ",X,").split(",")
    assert stat.S_IMODE(loaded.errors_file.stat().st_mode) == 0o600


def test_several_open_quotation_marks_spoil_only_their_own_rows(run: Run) -> None:
    broken = WHOLE.replace("Doe", '"Doe')

    loaded = run(WHOLE, broken, WHOLE, broken, WHOLE, broken)

    assert (loaded.loaded, [row[0] for row in _refused(loaded)]) == (3, ["3", "5", "7"])


def test_a_quoted_cell_may_run_over_lines_and_hold_commas(store: Store, run: Run) -> None:
    over = WHOLE.replace("Doe", '"Doe, the\n second"').replace("Front and Market", '"Front, Market"')

    loaded = run(over, "x", WHOLE.replace("Front and Market", '"Front, ""the"" Market"'))

    assert _refused(loaded)[0][:2] == ["2", "the surname holds a character that cannot be written"]
    assert _refused(loaded)[1][0] == "4", "a row of two lines counts as two, as in an editor"
    assert _shown(store, "place") == [('Front, "the" Market',)]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\n\n"])
def test_line_endings_blank_lines_and_a_byte_order_mark_are_no_rows(store: Store, run: Run, ending: bytes) -> None:
    loaded = run(WHOLE, WHOLE, "", ending=ending)

    assert (loaded.loaded, loaded.refused) == (2, 0)


def test_a_child_of_the_csv_format_is_kept_apart(store: Store, run: Run) -> None:
    loaded = run(WHOLE.replace("1990-02-03", "2012-02-03"))

    assert (loaded.loaded, loaded.children) == (1, 1)
    assert _asked(store, "select count(*) from record.arrest") == [(0,)]


def _whole(store: Store) -> list[tuple[object, ...]]:
    return _asked(store, "select (select count(*) from record.arrest), (select count(*) from record.step)")


def _in_file(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "in.csv"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        WHOLE.encode(),
        b"\x89PNG\r\n\x1a\n\0\0",
        ",".join(COLUMNS).encode("utf-16"),
        ",".join(COLUMNS[1:]).encode(),
        ",".join(COLUMNS).encode() + b"\r" + WHOLE.encode() + b"\r",
        ",".join(nibrs.COLUMNS).encode(),
    ],
)
def test_a_file_with_another_header_is_refused_whole(store: Store, by: By, tmp_path: Path, content: bytes) -> None:
    file = _in_file(tmp_path, content)

    with pytest.raises(BadInput, match="first row must be: arrested_at,"):
        load(store, by, file, "csv", tmp_path / "errors.csv", lambda _: None)

    assert not (tmp_path / "errors.csv").exists()


@pytest.mark.parametrize("name", ["missing.csv", ".", "pipe", "no\0name"])
def test_what_is_no_file_is_refused_in_one_sentence(store: Store, by: By, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(BadInput, match="there is no file"):
        load(store, by, tmp_path / name, "csv", tmp_path / "errors.csv", lambda _: None)


def test_an_errors_file_that_cannot_be_written_is_refused_before_anything_loads(
    store: Store, by: By, tmp_path: Path
) -> None:
    file = _in_file(tmp_path, "\n".join([",".join(COLUMNS), WHOLE]).encode())

    for errors, sentence in ((tmp_path / "no folder" / "errors.csv", "cannot be written"), (file, "name another")):
        with pytest.raises(BadInput, match=sentence):
            load(store, by, file, "csv", errors, lambda _: None)

    assert _whole(store) == [(0, 0)]
    assert WHOLE in file.read_text(), "the file itself is never written over"


def test_an_unknown_format_is_refused(store: Store, by: By, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="csv or nibrs-csv"):
        load(store, by, _in_file(tmp_path, b"x"), "xml", tmp_path / "errors.csv", lambda _: None)


@pytest.mark.parametrize(("role", "fmt"), [(Role.CLERK, "csv"), (Role.OFFICER, "nibrs-csv")])
def test_who_may_not_book_or_summon_loads_nothing(store: Store, tmp_path: Path, role: Role, fmt: str) -> None:
    by = _account(store, role)

    with pytest.raises(NotAllowed):
        load(store, by, _in_file(tmp_path, b"x"), fmt, tmp_path / "errors.csv", lambda _: None)

    assert not (tmp_path / "errors.csv").exists()


def test_progress_is_told_every_row_broken_or_not(store: Store, by: By, tmp_path: Path) -> None:
    heard: list[int] = []
    file = _in_file(tmp_path, "\n".join([",".join(COLUMNS), WHOLE, "x", WHOLE]).encode())

    load(store, by, file, "csv", tmp_path / "errors.csv", heard.append)

    assert heard == [1, 2, 3]


def test_when_the_database_goes_away_every_row_is_loaded_or_in_the_errors_file(
    store: Store, by: By, tmp_path: Path
) -> None:
    file = _in_file(tmp_path, "\n".join([",".join(COLUMNS), *[WHOLE] * 4]).encode())
    gone = Store("host=/nowhere dbname=none", store.keys)

    def cut_off(done: int) -> None:
        if done == 2:
            store.close()
            store._where = gone._where

    was = store._where
    with pytest.raises(Unavailable, match="after 2 arrests were loaded"):
        load(store, by, file, "csv", tmp_path / "errors.csv", cut_off)
    store._where = was
    store.close()

    with (tmp_path / "errors.csv").open(newline="") as errors:
        rows = list(csv.reader(errors))[1:]
    assert [(row[0], row[1][:9]) for row in rows] == [("4", "the datab"), ("5", "not tried")]
    assert _whole(store) == [(2, 0)]


def test_a_nibrs_row_keeps_its_code_and_says_what_is_made_up(store: Store, run: Run) -> None:
    loaded = run(NIBRS.replace("90D", "23D").replace(",01,", ",16,").replace(",O,", ",T,"), fmt="nibrs-csv")

    assert (loaded.loaded, loaded.refused) == (1, 0)
    [(surname, synthetic, kind, weapon)] = _shown(store, "surname, synthetic, kind, weapon")
    assert str(surname).endswith("-Invented")
    assert (kind, weapon) == ("warrant", "lethal cutting instrument")
    made_up = {
        "surname",
        "given",
        "birth_date",
        "arrested_at",
        "place",
        "dc_number",
        "officers",
        "statute",
        "agency_id",
    }
    assert isinstance(synthetic, list)
    assert made_up <= set(synthetic)
    assert _code(store) == [("18 § 3921 §§ A", "23D")]


def _code(store: Store) -> list[tuple[object, ...]]:
    with act(store, None, "test.looked") as doing:
        doing.look("staff", [UUID(str(row[0])) for row in _asked(store, "select id from record.arrest")])
    with store.transaction("pars_staff", entry=str(doing.entry())) as connection:
        return connection.execute("select statute, nibrs from record.classification").fetchall()


def test_an_agency_that_is_known_here_by_its_name_is_kept(store: Store, run: Run) -> None:
    founding.agency(store, "PA0510100", "Agency_A", None)

    run(NIBRS, fmt="nibrs-csv")

    [(agency, synthetic)] = _shown(store, "agency_id, synthetic")
    assert agency == 2
    assert isinstance(synthetic, list)
    assert "agency_id" not in synthetic


def test_a_summons_is_recorded_and_its_person_was_never_kept(store: Store, run: Run) -> None:
    loaded = run(NIBRS.replace(",O,", ",S,"), NIBRS, fmt="nibrs-csv")

    assert (loaded.loaded, loaded.summonses) == (2, 1)
    assert _shown(store, "kind, custody, exit, left_at = arrested_at") == [
        ("summons", "released", "released-by-police", True),
        ("on-view", "arrested", "none", None),
    ]
    assert _asked(store, "select step from record.step") == [("issue-summons",)]


def _summoned() -> NewArrest:
    person = PersonGiven(surname="Quillfeather", birth_date=date(1990, 2, 3))
    return NewArrest(now(), "500 block of Sample Street", "PAPEP0000", person, kind="summons")


def test_an_arrest_on_view_ends_by_no_summons(store: Store, by: By) -> None:
    arrest = record_arrest(store, by, replace(_summoned(), kind="on-view")).id

    with pytest.raises(Conflicts, match="Rule 519"):
        take(store, by, arrest, "issue-summons", {"reason": "a summons"})


def test_a_summons_is_a_supervisors_step_for_someone_who_was_never_brought_in(store: Store, by: By) -> None:
    kept, met = (record_arrest(store, by, _summoned()).id for _ in range(2))
    take(store, by, kept, "prints-not-possible", {"reason": "a machine that is down"})
    officer = _account(store, Role.OFFICER)
    take(store, officer, kept, "transport", {})

    for who, arrest, code in ((officer, met, "not-your-step"), (by, kept, "out-of-order")):
        with pytest.raises(ParsError) as refusal:
            take(store, who, arrest, "issue-summons", {"reason": "a summons"})
        assert refusal.value.code == code

    taken = take(store, by, met, "issue-summons", {"reason": "a summons"})
    assert (taken.standing.custody, taken.standing.exit) == (Custody.RELEASED, Exit.RELEASED_BY_POLICE)
    attorney = _account(store, Role.CHARGING_ATTORNEY)
    assert take(store, attorney, met, "charge-by-summons", {}).standing.exit is Exit.CHARGED_BY_SUMMONS
    assert open_list(store, attorney, View.CHARGING).lines == []  # nothing is left to be done there


def test_a_summoned_child_counts_as_both_and_stands_with_the_children(store: Store, run: Run, by: By) -> None:
    loaded = run(NIBRS.replace(",O,", ",S,").replace(",42,", ",15,").replace(",R,,", ",R,R,"), fmt="nibrs-csv")

    assert (loaded.loaded, loaded.children, loaded.summonses) == (1, 1, 1)
    assert _whole(store) == [(0, 0)]
    with act(store, by, "test.looked") as doing:
        doing.look("children", [UUID(str(row[0])) for row in _asked(store, "select id from protected.child")])
    with store.transaction("pars_protected", entry=str(doing.entry())) as connection:
        [(child, sealed)] = connection.execute("select id, sealed from protected.child").fetchall()
    kept = msgspec.json.decode(store.keys.open(sealed, f"protected.child:{child}"))
    assert kept["kind"] == "summons"
    assert kept["charges"][0]["nibrs"] == "90D"
    assert "birth_date" in kept["synthetic"]


def test_a_deletion_is_refused_with_that_reason(run: Run) -> None:
    loaded = run(NIBRS.replace(",A,", ",D,"), NIBRS, fmt="nibrs-csv")

    assert (loaded.loaded, loaded.refused) == (1, 1)
    [(number, reason, *cells)] = _refused(loaded)
    assert number == "2"
    assert reason.startswith("action D deletes")
    assert cells == NIBRS.replace(",A,", ",D,").split(",")


def test_the_load_itself_stands_in_the_ledger(store: Store, run: Run) -> None:
    run(WHOLE)

    with store.transaction("pars_ledger") as connection:
        verbs = [row[0] for row in connection.execute("select verb from ledger.entry")]
    assert verbs.count("file.loaded") == 1
    assert verbs.count("arrest.recorded") == 1


def test_the_same_file_again_loads_only_what_it_did_not_load_before(
    store: Store, by: By, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "again.csv"
    file.write_text("\n".join([",".join(COLUMNS), WHOLE, WHOLE.replace("Doe", "Roe"), BROKEN["no time"][0]]))  # type: ignore[list-item] # a line of text

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):  # as if the power had gone after the first row
        load(store, by, file, "csv", tmp_path / "errors.csv", stop)
    second, third = (load(store, by, file, "csv", tmp_path / "errors.csv", lambda _: None) for _ in range(2))

    assert (second.loaded, second.refused) == (1, 2)
    assert (third.loaded, third.refused) == (0, 3)
    assert [row[:2] for row in _refused(third)][:2] == [["2", LOADED_BEFORE], ["3", LOADED_BEFORE]]
    assert run(WHOLE).loaded == 1  # another file


def test_a_row_that_another_command_loads_at_this_moment_is_loaded_once(store: Store, by: By) -> None:
    row = FileRow(b"f" * 32, 2)
    arrest = NewArrest(now(), "Front and Market", ORI, PersonGiven(surname="Doe"))
    record_arrest(store, by, arrest, of=row)

    with pytest.raises(Conflicts, match="loaded before"):
        record_arrest(store, by, arrest, of=row)


@pytest.mark.skipif(not REAL.exists(), reason="the file of real arrests lies outside the project and is not here")
def test_the_real_file_loads_but_for_its_deletions(store: Store, by: By, tmp_path: Path) -> None:
    with REAL.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))

    loaded = load(store, by, REAL, "nibrs-csv", tmp_path / "errors.csv", lambda _: None)

    assert len(rows) == 2_762
    assert sum(row["arrest_type"] == "S" for row in rows) == 440
    assert (loaded.loaded, loaded.refused) == (2_658, 104)
    assert all(row[1].startswith("action D deletes") for row in _refused(loaded))
    assert loaded.summonses + sum(row[2 + nibrs.COLUMNS.index("arrest_type")] == "S" for row in _refused(loaded)) == 440
    [(adults, steps)] = _whole(store)
    assert adults + loaded.children == 2_658  # type: ignore[operator] # rows are untyped
    assert loaded.children == sum(0 < int(row["age"]) < 18 for row in rows if row["action"] != "D")
    [(owed,)] = _asked(store, "select count(*) from record.arrest where custody = 'release-owed'")
    assert owed == 0
    assert steps == sum(row["arrest_type"] == "S" and int(row["age"]) >= 18 and row["action"] != "D" for row in rows)


def test_nobody_signs_in_as_the_account_that_loads_until_it_is_given_a_password(store: Store) -> None:
    founding.agency(store, ORI, "Police", Owner.POLICE)
    by = loader(store, LOADER)

    assert loader(store, LOADER).account == by.account
    for guess in ("", "a-long-enough-word"):
        with pytest.raises(NotSignedIn):
            signin.sign_in(store, LOADER, guess)
