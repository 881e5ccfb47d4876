"""An answer's fields as the partner's page says them."""

import pytest

from pars.web.answered import in_words
from pars.web.words import spoken

BAIL = {"type": "monetary", "amount_usd": 25000, "percent": 10, "conditions": ["no-weapons", "no-driving"]}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "name",
            {"surname": "Quillfeather", "given": "Rosalind", "middle": None, "suffix": None},
            "Quillfeather, Rosalind",
        ),
        ("name", {"surname": "Quill", "given": "Ros", "middle": "A.", "suffix": "Jr"}, "Quill, Ros A. Jr"),
        ("birth_date", "1990-02-03", "02/03/1990"),
        ("birth_date", "1990", "1990"),
        ("birth_date", "1990-1999", "1990-1999"),
        ("arrest.date", "2026-11-30", "11/30/2026"),
        ("custody.released_at", "2026-11-30T23:30:00+00:00", "11/30/2026 18:30"),
        ("sex", "F", "Female"),
        ("description", {"height_cm": 180, "weight_kg": 82, "weight_lb": 180}, "5 ft 11 in, 180 lb"),
        ("arrest.agency", {"ori": "PAPEP0000", "name": "Police Department"}, "Police Department (ORI PAPEP0000)"),
        ("arraignment.outcome", "no-probable-cause", "no probable cause"),
        (
            "next_hearing",
            {"court": "Municipal Court", "at": "2026-12-10T14:00:00+00:00"},
            "Municipal Court, 12/10/2026 09:00",
        ),
        (
            "bail",
            BAIL,
            "Release on a monetary condition, $25,000 (10 %); Give up and do not hold weapons; Do not drive",
        ),
        ("bail", {"type": "ror", "amount_usd": None, "percent": None, "conditions": []}, "Release on own recognizance"),
        ("otn", "T 123456-7", "T 123456-7"),
    ],
)
def test_a_field_is_said_in_the_words_and_dates_of_the_other_pages(field: str, value: object, said: str) -> None:
    assert in_words(field, value, spoken("en")) == [said]


def test_a_list_is_a_line_each_and_what_is_not_written_down_is_none() -> None:
    charges = [
        {"statute": "18 § 2701 §§ A1", "grade": "M2", "counts": 1},
        {"statute": "18 § 3921", "grade": None, "counts": 2},
    ]
    nothing: list[object] = [None, [], {"height_cm": None, "weight_kg": None, "weight_lb": None}]

    assert in_words("charges", charges, spoken("en")) == ["18 § 2701 §§ A1 M2 × 1", "18 § 3921 grade open × 2"]
    assert [list(in_words("description", one, spoken("en"))) for one in nothing] == [[], [], []]
    assert in_words("bail", BAIL, spoken("es"))[0].startswith("Libertad con fianza monetaria, $25,000 (10 %)")


def test_no_name_of_a_column_or_of_a_code_reaches_a_reader() -> None:
    told = " ".join(
        line
        for field, value in (
            ("bail", BAIL),
            ("arrest.agency", {"ori": "PAPEP0000", "name": "Police"}),
            ("name", {"surname": "Q"}),
        )
        for line in in_words(field, value, spoken("en"))
    )

    assert not [
        word for word in ("ori:", "name:", "amount_usd", "no-weapons", "monetary;", "None", "{") if word in told
    ]
