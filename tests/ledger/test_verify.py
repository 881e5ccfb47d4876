"""A changed log is caught and the place is named; what cannot be read is a sentence."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import checks, fault, made, reader

from pars.errors import BadInput, NotThere, ParsError
from pars.ledger.checking import Check
from pars.ledger.entry import Kind
from pars.ledger.holding import as_text, held
from pars.ledger.laws import LAWS
from pars.ledger.note import KeyKind, Note, NoteKey, cosigned, key_of, note_from, signed
from pars.ledger.public import NotCanonical, public_of
from pars.ledger.receipt import PROMISE, Receipt, promise
from pars.ledger.tiles import bundle, unbundled
from pars.ledger.verify import Trust, Verifier, witness_keys
from pars.record.roles import Owner
from pars.web.measuring.made_log import COSIGNED_AT, LOG, Maker, log_key, private, witness_of, write_log

SIZE = 1_000
COSIGNED = datetime.fromtimestamp(COSIGNED_AT, UTC)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a thousand entries, four bundles; nobody writes into it."""
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, Maker().leaves(SIZE))
    return folder


@pytest.fixture
def own(log: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(log, tmp_path / "log"))


def test_a_hundred_thousand_entries_hold(tmp_path: Path) -> None:
    write_log(tmp_path, Maker().leaves(100_000))

    told = checks(tmp_path)

    assert all(one.holds for one in told)
    names = [one.name for one in told]
    assert names[:8] == ["signature", "cosignatures", "entries", "tiles", "root", "canonical", "days", "terms"]
    assert names[8:] == list(LAWS)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 513])
def test_a_log_of_any_size_holds(tmp_path: Path, size: int) -> None:
    make = Maker()
    write_log(tmp_path, [make.record() for _ in range(size)])

    assert fault(tmp_path) is None


def test_more_than_a_whole_level_holds_and_a_lie_in_it_is_named(tmp_path: Path) -> None:
    make = Maker()
    record = make._fast(make.record())
    write_log(tmp_path, (record() for _ in range(256 * 256 + 300)))

    assert fault(tmp_path) is None
    for path, first in (("tile/1/000", 512), ("tile/1/001.p/1", 65_536), ("tile/2/000.p/1", 0)):
        file = tmp_path / path
        body = file.read_bytes()
        place = 64 if path == "tile/1/000" else 0
        file.write_bytes(body[:place] + b"x" + body[place + 1 :])

        assert (found := fault(tmp_path)) is not None
        assert (found.name, found.index) == ("tiles", first)
        file.write_bytes(body)


def bundled(folder: Path, change: Callable[[list[bytes]], list[bytes]], number: str = "001") -> None:
    """Change the entries of one bundle; its tile stays."""
    file = folder / "tile" / "entries" / number
    file.write_bytes(bundle(change(unbundled(file.read_bytes(), 256))))


@pytest.mark.parametrize(
    ("change", "index", "words"),
    [
        (lambda all_of: [*all_of[:9], *all_of[10:]], 265, "is not the one"),
        (lambda all_of: all_of[:-1], 511, "is missing"),
        (lambda all_of: [*all_of[:9], all_of[0], *all_of[9:]], 265, "is not the one"),
        (lambda all_of: [*all_of, all_of[0]], 512, "one too many"),
        (lambda all_of: [*all_of[:9], all_of[10], all_of[9], *all_of[11:]], 265, "is not the one"),
        (lambda all_of: [*all_of[:9], all_of[9].replace(b"2026", b"2027"), *all_of[10:]], 265, "is not the one"),
    ],
    ids=["dropped", "the last dropped", "added", "added at the end", "swapped", "changed"],
)
def test_an_entry_that_is_not_what_it_was_is_named(
    own: Path, change: Callable[[list[bytes]], list[bytes]], index: int, words: str
) -> None:
    bundled(own, change)

    found = fault(own)

    assert found is not None
    assert (found.name, found.index) == ("entries", index)
    assert words in found.said


@given(data=st.data())
def test_one_changed_byte_anywhere_in_the_tree_is_caught(log: Path, data: st.DataObject) -> None:
    paths = sorted(path for path in (log / "tile").rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(paths))
    body = bytearray(path.read_bytes())
    place, bit = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 7))
    body[place] ^= 1 << bit
    name = str(path.relative_to(log))

    def read(asked: str) -> bytes:
        return bytes(body) if asked == name else reader(log)(asked)

    told: Check | str
    try:
        told = list(Verifier(read, Trust(log_key())).checks())[-1]
    except ParsError as refusal:
        told = refusal.sentence

    if isinstance(told, str):  # a length that leads nowhere
        assert "cut off in the middle of entry" in told
    else:
        assert (told.holds, told.name in {"entries", "tiles"}, told.index is not None) == (False, True, True)


def test_a_whole_history_rewritten_under_the_old_checkpoint_has_another_root(own: Path, tmp_path: Path) -> None:
    write_log(tmp_path / "other", Maker(seed=1).leaves(SIZE))
    shutil.copy(own / "checkpoint", tmp_path / "other" / "checkpoint")

    found = fault(tmp_path / "other")

    assert found is not None
    assert found.name == "root"


def test_a_partial_tile_may_have_been_replaced_by_the_full_one(tmp_path: Path) -> None:
    leaves = list(Maker().leaves(1_100))
    write_log(tmp_path / "old", leaves[:300])
    write_log(tmp_path / "new", leaves)
    shutil.copytree(tmp_path / "old" / "tile" / "1", tmp_path / "new" / "tile" / "1", dirs_exist_ok=True)
    shutil.copy(tmp_path / "old" / "checkpoint", tmp_path / "new" / "checkpoint")

    assert fault(tmp_path / "new") is None


def test_a_checkpoint_by_another_key_or_with_another_size_is_refused(own: Path) -> None:
    note = note_from((own / "checkpoint").read_bytes())
    thief = Note(note.text, [signed(note.text, LOG, private("thief"))])
    for forged in (thief, Note(note.text.replace("1000", "999"), note.signatures)):
        (own / "checkpoint").write_text(str(forged))

        assert (found := fault(own)) is not None
        assert found.name == "signature"


@pytest.mark.parametrize(
    ("cosigners", "holds", "words"),
    [
        ([*Owner, "university"], True, "besides: pars/made-up/university"),
        ([Owner.POLICE, Owner.COURT], True, "missing: district-attorney; missing besides, which alone is no failure"),
        ([Owner.POLICE, "university"], False, "missing: district-attorney, court"),
        ([], False, "none of the three owners; missing: police, district-attorney, court"),
    ],
)
def test_two_of_three_owners_have_to_have_cosigned(
    tmp_path: Path, cosigners: list[str], *, holds: bool, words: str
) -> None:
    write_log(tmp_path, Maker().leaves(20), cosigners=cosigners, listed=[*Owner, "university"])

    told = next(one for one in checks(tmp_path) if one.name == "cosignatures")

    assert told.holds is holds
    assert words in told.said


def test_witnesses_that_one_trusts_count_instead_of_the_logs_own_list(log: Path) -> None:
    def told(*keys: NoteKey) -> Check:
        return next(one for one in Verifier(reader(log), Trust(log_key(), keys)).checks() if one.name == "cosignatures")

    other = key_of(f"{LOG}/police", KeyKind.WITNESS, private("somebody"))

    assert told(witness_of("police"), witness_of("court")).holds
    assert "missing: police, district-attorney" in told(other, witness_of("court")).said
    assert not told(other, witness_of("court")).holds


def test_a_cosignature_that_does_not_hold_is_named(own: Path) -> None:
    note = note_from((own / "checkpoint").read_bytes())
    forged = [replace(one, signed=one.signed[:-1] + b"x") if "court" in one.name else one for one in note.signatures]
    (own / "checkpoint").write_text(str(Note(note.text, forged)))

    found = fault(own)

    assert found is not None
    assert (found.name, found.said) == ("cosignatures", f"a signature of {LOG}/court does not hold")


def test_one_key_under_two_names_is_one_witness() -> None:
    twice = key_of(f"{LOG}/court", KeyKind.WITNESS, private(f"{LOG}/police"))
    with pytest.raises(BadInput, match="so they are one"):
        witness_keys(f"{witness_of('police')}\n{twice}\n")


LEAF = Maker().record()


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (LEAF.replace(b'"v":1', b'"v":2'), "no entry of this format"),
        (LEAF.replace(b'"v":1', b'"v":1,"w":1'), "no entry of this format"),
        (LEAF.replace(b'{"commit"', b'{ "commit"'), "RFC 8785"),
        (b'{"v":1,' + LEAF[1:].replace(b',"v":1', b""), "RFC 8785"),
        (LEAF.replace(b'"police"', b'"p\\u006flice"'), "RFC 8785"),
        (LEAF.replace(b'"police"', b'"nobody"'), "no entry of this format"),
        (LEAF.replace(b'"v":1', b'"v":1.0'), "no entry of this format"),
    ],
)
def test_an_entry_that_is_not_canonical_is_named(tmp_path: Path, leaf: bytes, words: str) -> None:
    found = fault(made(tmp_path, [LEAF, leaf]))

    assert found is not None
    assert (found.name, found.index) == ("canonical", len(Maker().founding()) + 1)
    assert words in found.said


def _of(kind: Kind, verb: str, owner: str = "partner", **more: object) -> bytes:
    """An inquiry's words in an entry of another kind, or with others."""
    said = msgspec.json.decode(Maker().inquiry())
    kept = {name: said[name] for name in ("agreement", "version", "floor", "agency")}
    return Maker().entry(kind, verb, owner, kept | more)


FORMS = {
    "a disclosure with a refusal's code": Maker().inquiry(refused="quota"),
    "an end with a refusal's code": Maker().say("consent.withdrawn", Owner.COURT, refused="quota"),
    "a refusal without its code": Maker().inquiry("inquiry.asked.refused"),
    "a disclosure of the kind oversight": _of(Kind.OVERSIGHT, "inquiry.asked"),
    "a message of the kind duty": _of(Kind.DUTY, "inquiry.told"),
    "a withdrawal of the kind oversight": _of(Kind.OVERSIGHT, "consent.withdrawn", "court"),
    "a floor of the kind duty": _of(Kind.DUTY, "floor.laid", "house"),
    "a disclosure by another verb": Maker().inquiry("inquiry.peeked"),
    "a disclosure of nothing": _of(Kind.INQUIRY, "inquiry.asked", unit="warrants", purpose="p", criteria=["name"]),
    "words out of order": Maker().inquiry(fields=["otn", "name"]),
    "a word twice": Maker().inquiry(criteria=["name", "name"]),
    "a commitment that nobody knows": Maker().entry(Kind.RECORD, "arrest.shown", "police", {}, ("verb", "person")),
    "no commitment to the verb": Maker().entry(Kind.RECORD, "arrest.shown", "police", {}, ("account",)),
    "a term of no agreement": Maker().entry(Kind.AGREEMENT, "agreement.expired", "house", {"ended": "term-0"}),
    "a proposal by another owner": Maker()
    .say("agreement.proposed", Owner.COURT)
    .replace(b'"owner":"court"', b'"owner":"police"'),
    "a floor that an owner lays": Maker().floor().replace(b'"owner":"house"', b'"owner":"court"'),
    "a floor without its hash": Maker().entry(Kind.AGREEMENT, "floor.laid", "house", {"floor_version": 9}),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_an_entry_passes_by_the_laws(tmp_path: Path, form: str) -> None:
    found = fault(made(tmp_path, [LEAF, FORMS[form]]))

    assert found is not None
    assert (found.name, found.index) == ("canonical", len(Maker().founding()) + 1)


def test_control_characters_are_written_as_rfc_8785_has_them() -> None:
    said = {"agency": '\b\t\n\f\r\x01\x1f"\\/\x7f€😀'}
    leaf = Maker().inquiry(**said)

    assert b'"\\b\\t\\n\\f\\r\\u0001\\u001f\\"\\\\/\x7f\xe2\x82\xac\xf0\x9f\x98\x80"' in leaf
    assert msgspec.to_builtins(public_of(leaf))["agency"] == said["agency"]


@pytest.mark.parametrize("leaf", [b"", b"not JSON", b"[" * 100_000, LEAF.replace(b'"v":1', b'"v":1,"v":1'), b"\xff"])
def test_what_is_no_json_object_with_each_name_once_cannot_be_read(tmp_path: Path, leaf: bytes) -> None:
    with pytest.raises(BadInput, match=f"entry {len(Maker().founding())}: "):
        fault(made(tmp_path, [leaf[:65_535]]))


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_an_entry_or_one_sentence(leaf: bytes) -> None:
    with pytest.raises((BadInput, NotCanonical)):
        public_of(leaf)


def test_days_go_back_by_one_at_most(tmp_path: Path) -> None:
    make = Maker()
    leaves = [make.record()]
    for back, name in ((1, None), (2, "days")):
        make.day = date(2026, 9, 1) - timedelta(days=back)
        write_log(tmp_path / str(back), [*leaves, make.record()])

        found = fault(tmp_path / str(back))

        assert (found.name if found else None) == name


def test_terms_that_are_not_those_of_their_hash_are_named(own: Path) -> None:
    file = next((own / "terms").iterdir())
    file.write_bytes(file.read_bytes().replace(b"warrants", b"civil"))

    found = fault(own)

    assert found is not None
    assert (found.name, file.name in found.said) == ("terms", True)


def test_without_terms_nothing_is_said_to_hold_but_the_tree_alone_when_it_is_asked_for(own: Path) -> None:
    shutil.rmtree(own / "terms")
    shutil.rmtree(own / "floor")

    with pytest.raises(NotThere, match=r"terms/[0-9a-f]{64}\.toml is missing; without it the tree alone"):
        checks(own)
    told = {one.name: one for one in Verifier(reader(own), Trust(log_key(), tree_alone=True)).checks()}

    assert all(one.holds for one in told.values())
    assert {name for name, one in told.items() if not one.judged} == {"laws"}
    assert not set(LAWS) & set(told)


@pytest.mark.parametrize("listed", [None, b"", b"\n"])
def test_names_under_a_checkpoint_are_no_cosignatures(own: Path, listed: bytes | None) -> None:
    (own / "witnesses").unlink()
    if listed is not None:
        (own / "witnesses").write_bytes(listed)

    found = fault(own)

    assert found is not None
    assert (found.name, "unverified" in found.said) == ("cosignatures", True)


def test_the_logs_own_key_witnesses_nothing(own: Path) -> None:
    itself = NoteKey(f"{LOG}/court", KeyKind.WITNESS, log_key().key)

    told = list(Verifier(reader(own), Trust(log_key(), [witness_of("police"), itself])).checks())

    assert (told[-1].name, told[-1].holds) == ("cosignatures", False)
    assert "own key" in told[-1].said


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("checkpoint", None),
        ("checkpoint", b"\x00"),
        ("witnesses", b"nobody+00000000+AAAA"),
        ("witnesses", b"\xff"),
        ("tile/0/001", None),
        ("tile/0/001", b"x" * 8_191),
        ("tile/0/001", b"x" * 8_224),
        ("tile/1/000.p/3", b"x" * 32),
        ("tile/entries/001", None),
    ],
)
def test_files_that_are_missing_cut_off_or_foreign_are_a_sentence(own: Path, path: str, body: bytes | None) -> None:
    (own / path).unlink() if body is None else (own / path).write_bytes(body)

    with pytest.raises((BadInput, NotThere)):
        fault(own)


@pytest.mark.parametrize(("change", "entry"), [(lambda body: body[:-10], 511), (lambda body: body + b"x", 512)])
def test_a_bundle_that_ends_within_an_entry_says_in_which(
    own: Path, change: Callable[[bytes], bytes], entry: int
) -> None:
    file = own / "tile" / "entries" / "001"
    file.write_bytes(change(file.read_bytes()))

    with pytest.raises(BadInput, match=f"tile/entries/001 is cut off in the middle of entry {entry}"):
        fault(own)


@pytest.mark.parametrize("size", [10**17, 2**48, 5_000])
def test_a_count_that_is_too_high_is_read_no_further_than_there_are_files(own: Path, size: int) -> None:
    text = note_from((own / "checkpoint").read_bytes()).text.replace("\n1000\n", f"\n{size}\n")
    note = Note(text, [signed(text, LOG, private(LOG))])
    for owner in Owner:
        key = witness_of(owner)
        note = Note(text, [*note.signatures, cosigned(text, key.name, private(key.name), 2**62)])
    (own / "checkpoint").write_text(str(note))

    with pytest.raises((BadInput, NotThere)):
        fault(own)


def with_receipt(folder: Path, receipt: Receipt) -> tuple[Check, Verifier]:
    """The last check of a log that is verified with a receipt in hand."""
    verifier = Verifier(reader(folder), Trust(log_key()), held(msgspec.json.encode({"receipt": asdict(receipt)})))
    return list(verifier.checks())[-1], verifier


def test_a_receipt_becomes_a_proof_that_its_entry_is_there(log: Path) -> None:
    leaf = list(Maker().leaves(SIZE))[321]
    told, verifier = with_receipt(log, promise(leaf, LOG, COSIGNED, private(LOG)))

    assert (told.name, told.holds) == ("receipt", True)
    assert verifier.found is not None
    assert verifier.found.index == 321
    assert verifier.found.shows(held(msgspec.json.encode(asdict(promise(leaf, LOG, COSIGNED, private(LOG))))).leaf)
    assert as_text(verifier.found).startswith("c2sp.org/tlog-proof@v1\nindex 321\n")


def test_a_receipt_without_its_entry_is_evidence_once_two_owners_looked_after_the_promise(log: Path) -> None:
    late, early = COSIGNED - PROMISE - timedelta(seconds=1), COSIGNED - PROMISE + timedelta(seconds=1)

    told, _ = with_receipt(log, promise(b"left out", LOG, late, private(LOG)))
    soon, _ = with_receipt(log, promise(b"left out", LOG, early, private(LOG)))

    assert (told.name, told.holds, "evidence against the log" in told.said) == ("receipt", False, True)
    assert (soon.name, soon.holds, "look again" in soon.said) == ("receipt", False, True)


def test_a_receipt_that_the_log_did_not_sign_is_no_promise(log: Path) -> None:
    receipt = promise(LEAF, LOG, COSIGNED, private("thief"))
    other = promise(LEAF, "another/log", COSIGNED, private(LOG))

    assert with_receipt(log, receipt)[0].name == with_receipt(log, other)[0].name == "promise"
    assert not with_receipt(log, replace(receipt, signature="zz"))[0].holds


ANSWER = msgspec.json.encode(asdict(promise(LEAF, LOG, COSIGNED, private(LOG))))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"receipt":null}',
        ANSWER.replace(b'"log"', b'"log":"x","log"'),
        ANSWER.replace(b'"log":"', b'"log":"\\ud800'),
        ANSWER.replace(b"2026-", b"2026x"),
        ANSWER.replace(b"+00:00", b""),
        ANSWER.replace(b'"entry_hash":"', b'"entry_hash":"00'),
        b"[" * 200_000,
        b'{"entry_hash":NaN}',
    ],
)
def test_what_is_no_receipt_is_a_sentence(body: bytes) -> None:
    with pytest.raises(BadInput):
        held(body)
