"""What a partner may ask: every refusal depends on the question and the agreement alone."""

import re
from collections.abc import Mapping

import pytest
from tests.sharing.test_vocabulary import HEAD, purpose

from pars.record.person import Name, surname_keys
from pars.sharing.agreement import Purpose, Terms
from pars.sharing.inquiry import Inquiry, Refused, behalf_of, case_of, criteria_of, purpose_of
from pars.sharing.reading import terms_of

SEARCH = '[["name", "birth_date"], ["otn", "name"], ["docket_number", "birth_date"]]'
PATTERN = "ECS-[0-9]{4}-[0-9]{4,6}"


def terms(**changed: str) -> Terms:
    """Terms with one purpose."""
    return terms_of(HEAD + purpose(**({"search_by": SEARCH} | changed)))


def one(**changed: str) -> Purpose:
    """That purpose."""
    return terms(**changed).purposes[0]


def asked(
    subject: Mapping[str, object] | None = None,
    *,
    case: str = "W-1234",
    behalf: str | None = None,
    code: str = "warrant-service",
) -> Inquiry:
    """An inquiry."""
    return Inquiry("sheriff", code, case, behalf, subject or {})


NAME = {"surname": "Quillfeather", "given": "Rosalind"}

REFUSED: Mapping[str, Mapping[str, object]] = {
    "nothing": {},
    "a name alone": {"name": NAME},
    "a birth date alone": {"birth_date": "1990-02-03"},
    "a number alone": {"otn": "T 123456-7"},
    "a set and a criterion more": {"name": NAME, "birth_date": "1990-02-03", "otn": "T 123456-7"},
    "a set of another agreement": {"pid": "1234567", "name": NAME},
    "a birthplace": {"birthplace": "Honduras"},
    "a birthplace beside a lawful set": {"name": NAME, "birth_date": "1990-02-03", "birthplace": "Honduras"},
    "a race": {"race": "B", "name": NAME},
    "an ethnicity": {"ethnicity": "H", "name": NAME},
    "a language": {"language": "es", "name": NAME},
    "a Social Security number": {"ssn": "123-45-6789", "name": NAME},
    "an address": {"address": "22 Example Row", "name": NAME},
    "something unknown": {"shoe_size": "44", "name": NAME},
    "a list of names": {"name": [NAME, NAME], "birth_date": "1990-02-03"},
    "a list of birth dates": {"name": NAME, "birth_date": ["1990-02-03", "1990-02-04"]},
    "a range of birth dates": {"name": NAME, "birth_date": {"from": "1990-01-01", "to": "1990-12-31"}},
    "half a birth date": {"name": NAME, "birth_date": "1990-02"},
    "a birth year": {"name": NAME, "birth_date": "1990"},
    "a birth date as a week": {"name": NAME, "birth_date": "1990-W05-6"},
    "a birth date without hyphens": {"name": NAME, "birth_date": "19900203"},
    "a star of another width": {"name": {"surname": "Quill\uff0a", "given": "Rosalind"}, "birth_date": "1990-02-03"},
    "a character of no name": {
        "name": {"surname": "Quill\x00feather", "given": "Rosalind"},
        "birth_date": "1990-02-03",
    },
    "a birth date that is no day": {"name": NAME, "birth_date": "1990-02-30"},
    "a star": {"name": {"surname": "Quill*", "given": "Rosalind"}, "birth_date": "1990-02-03"},
    "a percent sign": {"name": {"surname": "%", "given": "Rosalind"}, "birth_date": "1990-02-03"},
    "an underscore": {"name": "QUILLFEATHER, R_SALIND", "birth_date": "1990-02-03"},
    "a question mark": {"name": "QUILLFEATHER, ?", "birth_date": "1990-02-03"},
    "a surname alone": {"name": "QUILLFEATHER", "birth_date": "1990-02-03"},
    "a surname and a comma": {"name": "QUILLFEATHER,", "birth_date": "1990-02-03"},
    "a given name alone": {"name": {"surname": "", "given": "Rosalind"}, "birth_date": "1990-02-03"},
    "a name of signs": {"name": {"surname": "!!", "given": "--"}, "birth_date": "1990-02-03"},
    "a name with a part more": {"name": NAME | {"middle": "Q"}, "birth_date": "1990-02-03"},
    "a number that is none": {"otn": "T 123", "name": NAME},
    "a true birth date": {"name": NAME, "birth_date": True},
    "a docket with a wildcard": {"docket_number": "MC-51-CR-00*-2026", "birth_date": "1990-02-03"},
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_anything_but_one_named_person_is_refused_with_a_sentence(what: str) -> None:
    with pytest.raises(Refused) as refusal:
        criteria_of(one(), asked(REFUSED[what]))

    assert refusal.value.code == "search-not-allowed"
    assert len(refusal.value.sentence.split()) > 3
    assert not any(word in refusal.value.sentence for word in ("Quillfeather", "Honduras", "02-30", "123-45"))


def test_one_person_is_named_by_name_and_birth_date_however_the_name_is_written() -> None:
    ways: list[object] = [NAME, "QUILLFEATHER, ROSALIND", " quillfeather ,  rosalind ", "Quíllfeather, Rosalind"]

    keys = {criteria_of(one(), asked({"name": way, "birth_date": "1990-02-03"})).keys for way in ways}

    assert len(keys) == 1


def test_a_number_comes_with_the_name_that_belongs_to_it() -> None:
    criteria = criteria_of(one(), asked({"otn": "T 123456-7", "name": NAME, "birth_date": None}))

    assert criteria.search == {"otn", "name"}
    assert set(criteria.numbers) == {"otn"}
    assert criteria.keys


@pytest.mark.parametrize(
    ("kind", "case", "canonical"),
    [
        ("warrant", " w-1234 ", "W-1234"),
        ("docket", "mc-51-cr-0001234-2026", "MC-51-CR-0001234-2026"),
        ("partner", "ecs-2026-00412", "ECS-2026-00412"),
    ],
)
def test_a_case_number_is_read_in_its_own_writing(kind: str, case: str, canonical: str) -> None:
    assert case_of(one(case_reference=f'"{kind}"'), asked(case=case), PATTERN) == canonical


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        *((kind, missing) for kind in ("warrant", "docket", "partner") for missing in ("", "   ", "none", "*", "%")),
        ("warrant", "W"),
        ("docket", "MC-51-CR-1-2026"),
        ("partner", "ECS-2026-1"),
        ("partner", "X ECS-2026-00412"),
    ],
)
def test_a_missing_or_misshapen_case_number_is_refused(kind: str, case: str) -> None:
    with pytest.raises(Refused) as refusal:
        case_of(one(case_reference=f'"{kind}"'), asked(case=case), PATTERN)

    assert refusal.value.code == "case-reference"


@pytest.mark.parametrize(
    "case",
    [
        "I-200 A123456789",
        "i 205",
        "I247A",
        "I-247-2026",
        "Form I-200",
        "ICE I-205 4471",
        "DHS FORM I-200",
        "Warrant I-200",
        "\uff29-200 7",
    ],
)
def test_a_form_that_no_judge_signed_is_no_warrant(case: str) -> None:
    with pytest.raises(Refused, match="no warrant"):
        case_of(one(case_reference='"warrant"'), asked(case=case), PATTERN)


@pytest.mark.parametrize("case", ["I2001234", "W-I-200", "MI-200-7", "CP-51-I-247", "ICEBOX-1"])
def test_a_warrants_number_may_hold_such_letters_elsewhere(case: str) -> None:
    assert case_of(one(case_reference='"warrant"'), asked(case=case), PATTERN) == case


def test_without_a_registered_form_no_own_case_number_is_taken() -> None:
    with pytest.raises(Refused, match="registered"):
        case_of(one(case_reference='"partner"'), asked(case="ECS-2026-00412"), None)


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (PATTERN, "ECS-1234-1234"),
        ("WU-[0-9]{4}", "WU-1234"),
        ("[A-Z]{2}/[0-9]{11} X", "AB/12345678901 X"),
        ("[A-C0-1-]{0,3}?7[X]?", "7X"),
        ("[--]{2}", "--"),
    ],
)
def test_whose_case_number_has_another_form_is_shown_one_that_has_it(pattern: str, example: str) -> None:
    with pytest.raises(Refused, match=f"such as {re.escape(example)}$"):
        case_of(one(case_reference='"partner"'), asked(case="no 1"), pattern)

    assert case_of(one(case_reference='"partner"'), asked(case=example), pattern) == example


@pytest.mark.parametrize(
    ("subject", "what"),
    [
        ({"name": NAME | {"surname": "Q" * 10_000}, "birth_date": "1990-02-03"}, "the surname is longer than 200"),
        ({"name": NAME | {"given": " "}, "birth_date": "1990-02-03"}, "the given name is empty"),
        ({"name": NAME, "birth_date": "1" * 201}, "the birth date is longer than 200"),
        ({"name": NAME, "otn": "T\x00"}, "the OTN holds a character"),
        ({"docket_number": "", "birth_date": "1990-02-03"}, "the docket number is empty"),
    ],
)
def test_what_is_empty_or_too_long_is_named(subject: Mapping[str, object], what: str) -> None:
    with pytest.raises(Refused, match=what):
        criteria_of(one(), asked(subject))


def test_a_purpose_that_the_agreement_does_not_have_is_refused() -> None:
    for code in ("prosecution", "curiosity", "", "civil-immigration-enforcement"):
        with pytest.raises(Refused) as refusal:
            purpose_of(terms(), asked(code=code), "warrants")

        assert refusal.value.code == "purpose"


def test_only_a_unit_of_the_agreement_asks_and_all_means_all() -> None:
    for unit in ("civil", None, ""):
        with pytest.raises(Refused) as refusal:
            purpose_of(terms(), asked(), unit)
        assert refusal.value.code == "unit"

    whole = terms_of(HEAD.replace('["warrants"]', '["all"]') + purpose())
    assert purpose_of(whole, asked(), None).code == "warrant-service"


@pytest.mark.parametrize(
    "behalf",
    [
        *("", "  ", "...", "x" * 201, "two\u200bwords", "\U0001f178\U0001f172\U0001f174"),
        *(
            "ICE",
            "ice",
            "I.C.E.",
            "I C E",
            "I-C-E",
            "I. C. E.",
            "I CE",
            "\uff29\uff23\uff25",
            "\u24be\u24b8\u24ba",
            "USICE",
        ),
        *(
            "ICE's field office",
            "U.S. ICE",
            "the I C E office",
            "\u0130CE",
            "\u0131ce",
            "I\u0336C\u0336E\u0336",
            "ÍCÉ",
            "I\u02bcCE",
        ),
        *(
            "I.C.E./E.R.O. Philadelphia",
            "D.H.S./I.C.E.",
            "E.R.O. (I.C.E.)",
            "Field Office Director, I.C.E., E.R.O.",
            "U.S. D.H.S. I.C.E.",
            "A I.C.E. unit",
            "I.C. E.",
            "ICE-ERO",
            "ICEERO",
        ),
        *("the ERO field office", "Enforcement and Removal Operations", "Enforcement & Removal", "HSI", "H.S.I."),
        *(
            "Homeland Security",
            "Homeland-Security Investigations",
            "DHS",
            "D. H. S.",
            "US DHS",
            "USCIS",
            "INS",
            "I.N.S.",
        ),
        *("U.S. Customs and Border Protection", "Customs & Border Protection", "CBP", "Border Patrol", "border-patrol"),
        *("immigration court", "Immigrations Dept", "Immi-gration", "IMMÍGRATION", "I m m i g r a t i o n"),
        *(
            "Imm\u0456gration",
            "\u0406\u0421\u0415",
            "\u0399CE",
            "\u026a\u1d04\u1d07",
            "deportation officer",
            "Deporting",
        ),
    ],
)
def test_nobody_asks_for_civil_immigration_enforcement_or_for_nobody(behalf: str) -> None:
    with pytest.raises(Refused) as refusal:
        behalf_of(terms(), asked(behalf=behalf), frozenset())

    assert refusal.value.code == "on-behalf-of"


@pytest.mark.parametrize(
    "behalf",
    [
        *(
            "Rice County",
            "Police",
            "Police Dept.",
            "the office",
            "Office of Justice Services",
            "Office of Immigrant Affairs",
        ),
        *(
            "Department of Human Services",
            "Insurance Department",
            "U.S. Marshals Service",
            "FBI",
            "D.E.A.",
            "Hero Unit",
        ),
        *(
            "José Ñáñez",
            "Zoë O’Brien",
            "O\u02bcBrien",
            "Łukasz Øster",
            "Nguyễn Thị Định",
            "Deputy J. R. Marlowe",
            "Unit 7",
            "K-9",
        ),
        *("Border Township", "Customer Service", "Removal of Vehicles", "Iceland Road Task Force", "Priceless & Sons"),
    ],
)
def test_a_name_that_only_holds_such_letters_is_nobody_else(behalf: str) -> None:
    assert behalf_of(terms(), asked(behalf=behalf), frozenset()) == behalf


@pytest.mark.parametrize("behalf", ["another agency", "Another-Agency", "ANOTHER  AGENCY.", "Anóther Agency"])
def test_another_agency_is_known_however_its_name_is_written(behalf: str) -> None:
    with pytest.raises(Refused):
        behalf_of(terms(), asked(behalf=behalf), frozenset({"Another Agency"}))


def test_another_agency_is_asked_for_only_where_passing_on_is_agreed() -> None:
    others = frozenset({"Another Agency"})
    free = terms_of(HEAD + purpose() + '[duties]\nonward = "with written consent"\n')

    assert behalf_of(terms(), asked(), others) == "Example County Sheriff"
    assert behalf_of(terms(), asked(behalf="Deputy Marlowe"), others) == "Deputy Marlowe"
    assert behalf_of(free, asked(behalf="another agency"), others) == "another agency"
    with pytest.raises(Refused):
        behalf_of(terms(), asked(behalf="another agency"), others)


@pytest.mark.parametrize(
    "subject",
    [
        {"name": NAME, "birth_date": "1990-02-03"},
        {"name": NAME, "otn": "T 123456-7"},
        {"docket_number": "MC-51-CR-0001234-2026", "birth_date": "1990-02-03"},
    ],
)
def test_a_partner_asks_by_no_key_of_a_surname_alone(subject: Mapping[str, object]) -> None:
    keys = criteria_of(one(), asked(subject)).keys

    assert keys
    assert {key[:2] for key in keys} <= {"p:", "x:", "b:"}
    assert keys.isdisjoint(surname_keys(Name(NAME["surname"])))


def test_who_names_too_much_is_told_each_way_to_name_one_person_as_people_say_it() -> None:
    with pytest.raises(Refused) as refusal:
        criteria_of(
            one(search_by='[["name", "birth_date"], ["name", "otn"], ["birth_date", "pid"]]'), asked({"name": NAME})
        )

    assert refusal.value.sentence == "name one person by: birth date and name; or name and OTN; or birth date and PID"
