"""What an amendment changes is told, whatever clause it changes."""

import pytest
from tests.sharing.test_reading import GOOD

from pars.sharing.agreement import Terms
from pars.sharing.amendment import Direction, difference
from pars.sharing.proof import broader
from pars.sharing.reading import terms_of

OLD = terms_of(GOOD)
SECOND = GOOD[GOOD.index("[[purpose]]") : GOOD.index("[limits]")].replace("warrant-service", "fugitive")

CHANGES = {
    "partner": ('"Example County Sheriff"', '"Other Sheriff"', Direction.CHANGES),
    "one unit more": ('["warrants"]', '["warrants", "civil"]', Direction.OPENS),
    "every unit": ('["warrants"]', '["all"]', Direction.OPENS),
    "a later end": ("2027-08-31", "2028-08-31", Direction.OPENS),
    "an earlier end": ("2027-08-31", "2027-01-31", Direction.CLOSES),
    "an earlier beginning": ("2026-09-01", "2026-08-01", Direction.OPENS),
    "an easier rule": ('"unanimous"', '"two of three"', Direction.OPENS),
    "the fee": ("5565", "9000", Direction.CHANGES),
    "the text": ("example-sheriff-2026.md", "amended.md", Direction.CHANGES),
    "another purpose": ('"warrant-service"', '"fugitive"', Direction.OPENS),
    "a purpose more": ("[limits]", SECOND + "[limits]", Direction.OPENS),
    "a field more": ('"bail"]', '"bail", "photo"]', Direction.OPENS),
    "a field less": (', "bail"]', "]", Direction.CLOSES),
    "a way to search more": ('["otn", "name"]', '["otn", "name"], ["pid", "name"]', Direction.OPENS),
    "a way to search less": (', ["otn", "name"]', "", Direction.CLOSES),
    "a step more of which it is told": ("[limits]", 'tell_of = ["arraigned"]\n[limits]', Direction.OPENS),
    "other rows": ('after = "arraigned"', 'after = "charged"', Direction.OPENS),
    "another case": ('case_reference = "warrant"', 'case_reference = "docket"', Direction.CHANGES),
    "a narrower field": ("[limits]", 'transform = { birth_date = "year" }\n[limits]', Direction.CLOSES),
    "a second signature": ("[limits]", "co_sign = true\n[limits]", Direction.CLOSES),
    "a judge's warrant": ("[limits]", "judicial_warrant = true\n[limits]", Direction.CLOSES),
    "more for a user": ("per_user_per_day = 20", "per_user_per_day = 30", Direction.OPENS),
    "less for the agency": ("per_agency_per_day = 100", "per_agency_per_day = 90", Direction.CLOSES),
    "a longer time for outcomes": ("outcome_within_days = 30", "outcome_within_days = 60", Direction.OPENS),
    "a shorter time to keep": ("retain_days = 90", "retain_days = 30", Direction.CLOSES),
    "a limit of a unit": (
        "per_agency_per_day = 100",
        "per_agency_per_day = 100\nper_unit_per_day = 50",
        Direction.CLOSES,
    ),
    "overdue duties end it": ("[watch]", "overdue_suspends_after_days = 14\n[watch]", Direction.CLOSES),
    "passing on": ('"forbidden"', '"with written consent"', Direction.OPENS),
    "a delay": ('after = "arraigned"', 'after = "arraigned", delay_hours = 48', Direction.CLOSES),
    "one class": ('after = "arraigned"', 'after = "arraigned", charge_class = ["felony"]', Direction.CLOSES),
    "one district": ('after = "arraigned"', 'after = "arraigned", district = ["22"]', Direction.CLOSES),
    "a status more": ('["charged"]', '["charged", "disposed"]', Direction.CHANGES),
    "another agreement": ('"example-sheriff-2026"', '"other-sheriff-2026"', Direction.CHANGES),
    "odds": ("1.5", "2.5", Direction.OPENS),
    "coverage": ("0.35", "0.25", Direction.CLOSES),
    "unlinked": ("0.06", "0.16", Direction.OPENS),
    "more false alarms": ("0.01", "0.1", Direction.CLOSES),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_a_change_of_any_clause_is_told_with_its_direction(what: str) -> None:
    old, new, direction = CHANGES[what]
    assert old in GOOD

    lines = difference(OLD, terms_of(GOOD.replace(old, new, 1))).lines

    assert direction in {line.direction for line in lines}


def test_a_step_less_is_told_and_is_not_broader() -> None:
    old = terms_of(GOOD.replace("[limits]", 'tell_of = ["arraigned", "charged"]\n[limits]', 1))
    new = terms_of(GOOD.replace("[limits]", 'tell_of = ["charged"]\n[limits]', 1))

    (line,) = difference(old, new).lines

    assert (line.direction, "arraigned" in line.sentence) == (Direction.CLOSES, True)
    assert broader(new, old).proof.holds
    assert broader(old, new).broader


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [("14", "30", Direction.OPENS), ("30", "14", Direction.CLOSES), ("14", None, Direction.OPENS)],
)
def test_a_partner_that_may_be_late_for_longer_is_told_as_opened(
    before: str, after: str | None, direction: Direction
) -> None:
    def late(days: str | None) -> str:
        line = "" if days is None else f"overdue_suspends_after_days = {days}\n"
        return GOOD.replace("[watch]", line + "[watch]")

    lines = difference(terms_of(late(before)), terms_of(late(after))).lines

    assert [line.direction for line in lines] == [direction]
    assert not broader(terms_of(late(after)), terms_of(late(before))).broader  # no single inquiry is answered more


def test_the_same_terms_differ_in_nothing() -> None:
    assert difference(OLD, terms_of(GOOD)).lines == ()


def test_the_order_in_which_words_of_rows_stand_changes_nothing() -> None:
    some = terms_of(GOOD.replace('["charged"]', '["charged", "arraigned"]'))
    same = terms_of(GOOD.replace('["charged"]', '["arraigned", "charged"]'))

    assert difference(some, same).lines == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "delay_hours = 24", ["closes: for warrant-service a row is found 24 hours after its step instead of 0"]),
        (
            "delay_hours = 48",
            "delay_hours = 24",
            ["opens: for warrant-service a row is found 24 hours after its step instead of 48"],
        ),
        ("", 'district = ["9", "22"]', ["closes: for warrant-service only arrests in the district 9 or 22 are found"]),
        (
            'district = ["9"]',
            'district = ["9", "22"]',
            ["opens: for warrant-service arrests in the district 22 are found, too"],
        ),
        ('charge_class = ["felony"]', "", ["opens: for warrant-service charges of every class are found"]),
        (
            'charge_class = ["murder", "felony"]',
            'charge_class = ["felony", "summary"]',
            [
                "opens: for warrant-service charges of the class summary are found, too",
                "closes: for warrant-service charges of the class murder are not found any more",
            ],
        ),
    ],
)
def test_a_narrowing_of_rows_opens_or_closes_as_the_solvers_say(before: str, after: str, told: list[str]) -> None:
    def narrowed(how: str) -> str:
        return GOOD.replace('after = "arraigned"', ", ".join(filter(None, ['after = "arraigned"', how])))

    old, new = terms_of(narrowed(before)), terms_of(narrowed(after))

    assert [f"{line.direction}: {line.sentence}" for line in difference(old, new).lines] == told
    assert broader(new, old).broader == any(line.startswith("opens") for line in told)


def test_hours_after_another_step_are_no_more_and_no_less() -> None:
    old = terms_of(GOOD.replace('after = "arraigned"', 'after = "charged", delay_hours = 48'))

    assert {line.direction for line in difference(old, OLD).lines} == {Direction.CHANGES}


def test_two_agreements_that_are_alike_are_not_told_as_one() -> None:
    (line,) = difference(OLD, terms_of(GOOD.replace("example-sheriff-2026", "other-sheriff-2026", 1))).lines

    assert line.sentence.startswith("this is another agreement: other-sheriff-2026 instead of example-sheriff-2026")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('transform = { birth_date = "year" }\n', ""),
        ('transform = { birth_date = "band" }\n', 'transform = { birth_date = "year" }\n'),
        ("", "[limits]\nper_user_per_day = 30\n"),
        ("", '[duties]\nonward = "with written consent"\n'),
    ],
)
def test_more_of_what_was_permitted_is_broader_and_less_of_it_is_not(before: str, after: str) -> None:
    some = GOOD[: GOOD.index("[limits]")]
    old, new = terms_of(some + before), terms_of(some + after)

    wider = broader(new, old)

    assert (wider.broader, wider.proof.holds) == (True, True)  # no single request tells of it
    assert wider.witness == difference(old, new).lines[0].sentence
    assert not broader(old, new).broader
    assert [line.direction for line in difference(old, new).lines] == [Direction.OPENS]
    assert [line.direction for line in difference(new, old).lines] == [Direction.CLOSES]


ROWS = 'rows = { status = ["charged"], after = "arraigned" }'


def with_rows(status: str, after: str, delay: int = 0) -> Terms:
    """The same terms with other rows."""
    assert ROWS in GOOD
    rows = f'rows = {{ status = {status}, after = "{after}", delay_hours = {delay} }}'
    return terms_of(GOOD.replace(ROWS, rows, 1))


CHARGED, ARRAIGNED, DISPOSED = '["charged"]', '["arraigned"]', '["disposed"]'
ROWS_OF = [
    # At the limit somebody is listed and arraigned without a complaint: charged later, or never certified.
    ((CHARGED, "certified"), (CHARGED, "listed"), True),
    ((CHARGED, "certified"), (CHARGED, "arraigned"), True),
    ((CHARGED, "certified"), (CHARGED, "disposed"), True),
    ((CHARGED, "charged", 48), (CHARGED, "arraigned", 48), True),
    ((CHARGED, "arraigned"), (CHARGED, "listed"), True),
    ((CHARGED, "arraigned", 24), (CHARGED, "arraigned", 23), True),
    ((CHARGED, "charged"), (CHARGED, "disposed"), False),
    ((CHARGED, "charged"), (CHARGED, "arraigned", 48), False),
    ((CHARGED, "charged", 48), (CHARGED, "certified", 48), False),
    ((CHARGED, "listed", 5), (CHARGED, "disposed", 5), False),
    ((CHARGED, "charged"), (ARRAIGNED, "charged"), False),
    ((CHARGED, "charged"), (DISPOSED, "charged"), False),
    ((ARRAIGNED, "charged"), (DISPOSED, "charged"), False),
    ((ARRAIGNED, "charged"), ('["arraigned", "disposed"]', "charged"), False),
    ((DISPOSED, "charged"), ('["arraigned", "disposed"]', "charged"), True),
    ((ARRAIGNED, "charged"), (CHARGED, "charged"), True),
]


@pytest.mark.parametrize(("old", "new", "wider"), ROWS_OF)
def test_other_rows_are_broader_where_somebody_is_shown_who_was_not(
    old: tuple[str, str],
    new: tuple[str, str],
    wider: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = broader(with_rows(*new), with_rows(*old))

    assert found.broader is wider
    assert found.proof.holds is not wider
    directions = {line.direction for line in difference(with_rows(*old), with_rows(*new)).lines}
    assert directions != {Direction.CLOSES} if wider else Direction.OPENS not in directions


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("one unit more", "by the unit civil"),
        ("every unit", "by the unit any other"),
        ("a later end", "on 2028-08-31"),
        ("an earlier beginning", "on 2026-08-01"),
        ("another case", "a case of the kind docket"),
        ("other rows", "not before "),
        ("a step more of which it is told", "being told of arraigned"),
    ],
)
def test_a_witness_says_what_opens_and_leaves_nothing_unsaid(what: str, says: str) -> None:
    old, new, _ = CHANGES[what]

    witness = broader(terms_of(GOOD.replace(old, new, 1)), OLD).witness or ""

    assert says in witness
    assert "unsaid" not in witness


def test_a_witness_says_whose_warrant_and_whose_signature_are_not_needed_any_more() -> None:
    signed = GOOD.replace("[limits]", "judicial_warrant = true\nco_sign = true\n[limits]", 1)

    witness = broader(OLD, terms_of(signed)).witness or ""

    assert not ("under a judge's warrant" in witness and "signed by a second person" in witness)


BROADER = [
    "one unit more", "every unit", "a later end", "an earlier beginning", "an easier rule", "another purpose",
    "a purpose more", "a field more", "a way to search more", "a step more of which it is told", "other rows",
    "another case",
]  # fmt: skip
NARROWER = [
    "an earlier end", "a field less", "a way to search less", "a second signature", "a judge's warrant", "the fee",
    "the text", "a limit of a unit", "overdue duties end it",
]  # fmt: skip


@pytest.mark.parametrize("what", BROADER)
def test_a_broader_amendment_is_proved_so_with_a_witness(what: str) -> None:
    old, new, _ = CHANGES[what]

    found = broader(terms_of(GOOD.replace(old, new, 1)), OLD)

    assert found.broader
    assert found.witness is not None
    assert "Example County Sheriff asks under" in found.witness


@pytest.mark.parametrize("what", NARROWER)
def test_a_narrower_amendment_is_proved_not_to_be_broader(what: str) -> None:
    old, new, _ = CHANGES[what]

    found = broader(terms_of(GOOD.replace(old, new, 1)), OLD)

    assert found.proof.holds
    assert not found.broader
