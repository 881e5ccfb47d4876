"""What is refused on a page is said in Spanish too; what is not yet stands in a list that only gets shorter."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pars.errors import ParsError
from pars.record.answers import read
from pars.record.arrest import Standing, after, may_take
from pars.record.complaint import ITEMS
from pars.record.identifiers import DocketNumber
from pars.record.roles import Role
from pars.record.steps import step_named
from pars.sharing.duty import OUTSIDE
from pars.sharing.reading import as_written
from pars.sharing.words import clauses
from pars.web.measuring.made_log import TERMS
from pars.web.sentences import Sentences
from pars.web.words import AS_WRITTEN, CLAUSES, REFUSALS, spoken

from .conftest import Token
from .refusal_sentences import sentences

IN_ENGLISH = Path(__file__).with_name("english_refusals.txt")
"""What is refused in English alone: of programs, files and keys, which a form of ours does not send."""
PLACE = re.compile(r"\{[0-9]\}")


def test_every_refusal_of_a_page_has_its_spanish_but_those_of_the_list() -> None:
    missing = sorted(sentence for sentence in sentences() if sentence not in REFUSALS.known)

    assert missing == IN_ENGLISH.read_text(encoding="utf-8").splitlines()


def test_no_spanish_is_kept_that_nothing_says_any_more() -> None:
    said = {*sentences(), *OUTSIDE.values(), *ITEMS.values(), *WITHIN}

    assert sorted(set(REFUSALS.known) - said) == []


@pytest.mark.parametrize("kind", [REFUSALS, CLAUSES], ids=["refusals", "clauses"])
def test_no_spanish_is_blank_and_each_has_the_places_of_its_english(kind: Sentences) -> None:
    for english, spanish in kind.known.items():
        assert spanish.strip()
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(spanish)), english


def refused(act: Callable[[], object]) -> str:
    """The sentence by which something is refused."""
    with pytest.raises(ParsError) as refusal:
        act()
    return refusal.value.sentence


@pytest.mark.parametrize(
    ("act", "spanish"),
    [
        (
            lambda: after(Standing(), step_named("certify")),
            "Denuncia certificada: no es posible ahora; cargos está en «en espera», y puede seguir a «acusada»",
        ),
        (lambda: may_take(step_named("arraign"), Role.OFFICER), "Lectura preliminar de cargos: es para magistrado"),
        (lambda: read(step_named("decline"), {}), "Rechazado por completo: falta «Motivo»"),
        (
            lambda: DocketNumber.parse("x"),
            (
                "Un número de expediente es tribunal, condado, tipo, siete dígitos y año,"
                " por ejemplo MC-51-CR-0001234-2026."
            ),
        ),
    ],
)
def test_a_refusal_is_said_in_spanish_with_what_stands_in_it(act: Callable[[], object], spanish: str) -> None:
    assert spoken("es").refusal(refused(act)) == spanish


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (
            "no answer: this agreement is not in force (withdrawn); ask the three owners",
            "sin respuesta: este convenio no está vigente (retirado); pregunte a los tres titulares",
        ),
        (
            "this is outside your own queue and site and you are not on shift: say why you look, and for whom",
            "esto está fuera de su propia lista y sede y usted no está de turno: diga por qué mira y para quién",
        ),
        (
            "name one person by: birth date and name; or docket number and name; or name and OTN",
            "nombre a una persona por: fecha de nacimiento y nombre; o número de expediente y nombre; o nombre y OTN",
        ),
        (
            (
                "the complaint is not printed; missing: a summary of the facts; a citation alone is not enough"
                " (Rule 504(6)); the affiant (Rule 504(1))"
            ),
            (
                "la denuncia no se imprime; falta: un resumen de los hechos; una cita sola no basta"
                " (Rule 504(6)); el declarante (Rule 504(1))"
            ),
        ),
        (
            "release by police is not allowed: not asked: whether the person will appear; the person threatens others",
            (
                "la libertad por la policía no está permitida: no se preguntó: si la persona comparecerá;"
                " la persona amenaza a otros"
            ),
        ),
    ],
)
def test_several_values_and_sentences_within_a_sentence_are_translated_each(english: str, spanish: str) -> None:
    assert spoken("es").refusal(english) == spanish


def test_what_is_not_known_stays_whole_and_english_stays_english() -> None:
    nobody_knows = "something new is refused, and nobody has said it in Spanish: a supervisor"

    assert spoken("es").refusal(nobody_knows) == nobody_knows
    assert spoken("en").refusal("there is no such site") == "there is no such site"


@pytest.mark.parametrize(
    ("key", "value", "spanish"),
    [
        (
            "agreement.term",
            "1 September 2026 to 31 August 2027, both days included",
            "del 1 de septiembre de 2026 al 31 de agosto de 2027, ambos días incluidos",
        ),
        ("agreement.partner", "Court", "Court"),
        ("purpose.code", "fugitive", "búsqueda de un prófugo"),
        (
            "purpose.search_by",
            "birth date and name; or docket number and name",
            "fecha de nacimiento y nombre; o número de expediente y nombre",
        ),
        (
            "purpose.rows",
            "charged or arraigned, not before charged; 24 hours later",
            "con cargos presentados o con los cargos leídos, no antes de: con cargos presentados; 24 horas después",
        ),
    ],
)
def test_what_a_clause_says_is_said_in_spanish_and_a_name_is_left(key: str, value: str, spanish: str) -> None:
    assert spoken("es").clause(key, value) == spanish
    assert spoken("en").clause(key, value) == value


def test_every_clause_of_the_usual_terms_is_said_in_spanish() -> None:
    spanish = spoken("es")
    same = {one.key for one in clauses(as_written(TERMS)) if spanish.clause(one.key, one.value) == one.value}

    assert {key for key in same if key not in AS_WRITTEN} <= ALIKE


def test_a_word_may_be_another_one_in_spanish_of_another_kind() -> None:
    spanish = spoken("es")

    assert (spanish("given"), spanish.of("field", "given")) == ("dada", "nombre de pila")
    assert (spanish("fugitive"), spanish.of("purpose", "fugitive")) == ("fugitiva", "búsqueda de un prófugo")
    assert spanish.of("purpose", "prosecution") == spanish("prosecution")


def test_a_name_that_nobody_knows_is_said_in_words_and_a_name_is_never_translated() -> None:
    assert spoken("es").name("name unknown") == "nombre desconocido"
    assert spoken("es").name("Court") == "Court"


def test_the_door_refuses_in_spanish(client: TestClient) -> None:
    client.cookies.set("pars_language", "es")

    answer = client.post("/sign-in", data={"name": "officer", "password": "wrong"})

    assert answer.status_code == 401
    assert "ese nombre de acceso y esa contraseña no van juntos" in answer.text
    assert "that sign-in name" not in answer.text


def test_a_page_that_is_not_there_says_so_in_spanish(client: TestClient, token: Token) -> None:
    headers = {"Accept": "text/html", "Cookie": "pars_language=es", **token(Role.OFFICER)}

    assert "no hay nada en esa dirección" in client.get("/nowhere", headers=headers).text


WITHIN = frozenset(
    {
        "somebody else changed this arrest while you were typing (the last step was “{1}”)",
        "the height lies between 1 foot 4 inches and 8 feet 6 inches (40 and 260 centimeters)",
        "the weight lies between 4 and 882 pounds (2 and 400 kilograms)",
        "this arrest has changed since you opened it in this window (the last step was your own, “{1}”)",
        "this arrest was corrected while you were typing",
        "“{1}” cannot be taken any more",
        "“{1}” cannot be taken any more: somebody else took “{2}”",
        "“{1}” cannot be taken any more: you took “{2}”",
        "“{1}” has been taken already, by somebody else",
        "“{1}” has been taken already, by you in another window",
        "for how many minutes the answer holds",
        "how many appearances were missed",
        "how many months there",
        "how many sheets",
        "the amount in dollars",
        "the complainant number",
        "the delay in days",
        "the feet of the height",
        "the inches of the height",
        "the length of the talk in minutes",
        "the number of entries that were read",
        "the number of the arrest",
        "the number of the other arrest",
        "the percent to deposit",
        "the quantity",
        "the size of the sample",
        "the version of the arrest",
        "the weight in pounds",
        "Social Security number",
        "a representative of any owner",
        "a supervisor",
        "a supervisor of the same agency",
        "address",
        "an owner's representative",
        "another name used",
        "answer",
        "bail was last {1}",
        "birth date",
        "docket number",
        "ethnicity",
        "height",
        "language",
        "name",
        "no bail was set",
        "not asked: {1}",
        "otn",
        "pid",
        "place of birth",
        "question",
        "race",
        "say what the decision rests on",
        "say what the emergency is, and for whom",
        "say what the finding rests on",
        "sid",
        "the address",
        "the color of eyes",
        "the color of hair",
        "the consulate",
        "the country",
        "the fact relied on",
        "the given name",
        "the middle name",
        "the place of arrest",
        "the suffix",
        "the surname",
        "the warrant number",
        "the weapon",
        "weight",
    }
)
"""Words and reasons that stand within refusals."""
ALIKE = frozenset(
    {
        "purpose.co_sign",
        "purpose.judicial_warrant",
        "limits.per_user_per_day",
        "limits.per_agency_per_day",
        "watch.odds_ratio_allowed",
        "watch.coverage_allowed",
        "watch.unlinked_allowed",
        "watch.false_alarms_per_year",
    }
)
"""Clauses whose value is a number or no: the same in both languages."""
