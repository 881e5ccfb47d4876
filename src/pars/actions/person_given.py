"""Who somebody is, as a desk or a file gives it: checked, as columns, and as the keys by which they are found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pars.errors import BadInput, Faults
from pars.record.identifiers import Pid
from pars.record.measures import kilograms
from pars.record.person import (
    ADULT_AGE,
    Ethnicity,
    Name,
    Race,
    Resident,
    Sex,
    age_on,
    exact_keys,
    search_keys,
    surname_keys,
)

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """Who was arrested, as far as anyone knows. Without a surname the person is “name unknown”.

    A weight is given in pounds or in kilograms; pounds are kept as they were typed, and the kilograms follow from them.
    """

    surname: str | None = None
    given: str | None = None
    middle: str | None = None
    suffix: str | None = None
    other_names: Sequence[str] = ()
    birth_date: date | None = None
    sex: str = "U"
    race: str = "U"
    ethnicity: str = "U"
    lives_in_city: str = "unknown"
    address: str | None = None
    height_cm: int | None = None
    weight_kg: int | None = None
    weight_lb: int | None = None
    eyes: str | None = None
    hair: str | None = None
    pid: str | None = None


class Measure(NamedTuple):
    """What a body may measure; the refusal says it in the units of the desks and of programs."""

    field: str
    least: int
    most: int
    refusal: str


HEIGHT = Measure(
    "height_cm", 40, 260, "the height lies between 1 foot 4 inches and 8 feet 6 inches (40 and 260 centimeters)"
)
WEIGHT = Measure("weight_kg", 2, 400, "the weight lies between 4 and 882 pounds (2 and 400 kilograms)")


def person_row(person: PersonGiven) -> dict[str, object]:
    """The columns that say who somebody is; refused with everything that cannot be."""
    faults = Faults()
    of = faults.in_reading
    weight = person.weight_kg if person.weight_lb is None else kilograms(person.weight_lb)
    row: dict[str, object] = {
        "surname": of(text_given, "the surname", person.surname, "surname"),
        "given": of(text_given, "the given name", person.given, "given"),
        "middle": of(text_given, "the middle name", person.middle, "middle"),
        "suffix": of(text_given, "the suffix", person.suffix, "suffix"),
        "other_names": of(_others, person.other_names),
        "birth_date": of(_born, person.birth_date),
        "sex": of(_word, Sex, person.sex, "sex"),
        "race": of(_word, Race, person.race, "race"),
        "ethnicity": of(_word, Ethnicity, person.ethnicity, "ethnicity"),
        "lives_in_city": of(_word, Resident, person.lives_in_city, "lives_in_city"),
        "address": of(text_given, "the address", person.address, "address"),
        "height_cm": of(_within, HEIGHT, person.height_cm),
        "weight_kg": of(_within, WEIGHT, weight),
        "weight_lb": person.weight_lb,
        "eyes": of(text_given, "the color of eyes", person.eyes, "eyes"),
        "hair": of(text_given, "the color of hair", person.hair, "hair"),
        "pid": of(_pid, person.pid),
    }
    faults.settle()
    return row


def _born(day: date | None) -> date | None:
    if day is not None and day.year < 1900:  # noqa: PLR2004 - nobody alive is older
        raise BadInput("the birth date lies before 1900; check the year", field="birth_date")
    return day


def _others(names: Sequence[str]) -> list[str]:
    return [text for name in names if (text := text_given("another name used", name, "other_names"))]


def _pid(text: str | None) -> str | None:
    return str(Pid.parse(text)) if text else None


def keys_of(person: PersonGiven, arrested_on: date) -> frozenset[str]:
    """The keys by which somebody is found again: under their name and every other name used.

    The exact keys, by which alone partners find, are for known adults: nobody whose age is unknown is shown to one, and
    who turns out to be a child is gone for them at once.
    """
    surname = (person.surname or "").strip()
    names = [Name(surname, person.given or "")] if surname else []
    names += [_other(name) for name in person.other_names]
    found = frozenset(key for name in names for key in search_keys(name, person.birth_date) | surname_keys(name))
    adult = known_adult(person, arrested_on)
    return found | (exact_keys(Name(surname, person.given or ""), person.birth_date) if adult else frozenset())


def known_adult(person: PersonGiven, arrested_on: date) -> bool:
    """Whether somebody was 18 or older by a birth date that is known."""
    return person.birth_date is not None and age_on(person.birth_date, arrested_on) >= ADULT_AGE


def _other(text: str) -> Name:
    surname, _, given = text.partition(",")
    return Name(surname.strip(), given.strip())


def _word(words: type[Sex] | type[Race] | type[Ethnicity] | type[Resident], value: str, name: str) -> str:
    try:
        return words(value).value
    except ValueError:
        raise BadInput(f"{name.replace('_', ' ')} is one of: {', '.join(w.value for w in words)}", field=name) from None


def text_given(what: str, value: str | None, name: str) -> str | None:
    """A short text as it is kept; nothing for an empty one. `what` names it in the refusal, `name` is its field."""
    text = (value or "").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"{what} takes at most {LONGEST_TEXT} characters", field=name)
    if any(ord(c) < 32 for c in text):  # noqa: PLR2004 - control characters end at 31
        raise BadInput(f"{what} holds a character that cannot be written", field=name)
    return text or None


def _within(measure: Measure, value: int | None) -> int | None:
    if value is not None and not measure.least <= value <= measure.most:
        raise BadInput(measure.refusal, field=measure.field)
    return value
