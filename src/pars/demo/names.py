"""People who do not exist, drawn by frequency from small tables, and the numbers that their arrests are given.

The names are those of the US Census 2020, each drawn by itself, so that a whole name is an accident. Streets and
house numbers are invented; race, sex and ethnicity are drawn independently of the name.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from pars.actions.person_given import PersonGiven
from pars.record.identifiers import Otn, demo_check_digit

T = TypeVar("T")

STREETS = (
    "Sample Street",
    "Specimen Avenue",
    "Placeholder Lane",
    "Example Terrace",
    "Pattern Street",
    "Model Row",
    "Fable Street",
    "Invention Place",
    "Figment Avenue",
    "Parable Road",
    "Mock Orchard Way",
    "Draft Street",
)
PLACES = (
    "a corner shop, {}",
    "a rowhouse, {}",
    "a parking lot, {}",
    "{}",
    "{}",
    "a bus stop, {}",
    "a bar, {}",
    "a pharmacy, {}",
    "a playground, {}",
    "a gas station, {}",
)
OLDEST_YEARS = 70
RETURNS = 0.04
"""Share of arrests of somebody who was arrested in this city before."""
NO_MIDDLE = 0.6
_KNOWN = 400
_YEAR = timedelta(days=365.25)


def table(name: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table beside this module; lines that begin with # say where it comes from."""
    lines = files("pars.demo").joinpath(name).read_text("utf-8").splitlines()
    yield from csv.DictReader(line for line in lines if not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Weighted(Generic[T]):
    """Things, each with how often it comes, counted up."""

    things: tuple[T, ...]
    upto: tuple[float, ...]

    def draw(self, random: Random) -> T:
        """One of them, by its weight."""
        return random.choices(self.things, cum_weights=self.upto)[0]


def weighted(weights: Mapping[T, float]) -> Weighted[T]:
    """Things with their weights, ready to be drawn."""
    return Weighted(tuple(weights), tuple(accumulate(weights.values())))


def _given(*, male: bool) -> Weighted[str]:
    rows = [
        (row["name"], float(row["per_100000"]), float(row["male_percent"]) / 100) for row in table("given_names.csv")
    ]
    return weighted({name: share * (men if male else 1 - men) for name, share, men in rows})


SURNAMES = weighted({row["name"]: float(row["per_100000"]) for row in table("surnames.csv")})
GIVEN = {"M": _given(male=True), "F": _given(male=False)}
_SEX = weighted({"M": 79.0, "F": 21.0})
_RACE = weighted({"B": 40.0, "W": 38.0, "A": 8.0, "U": 13.0, "I": 0.7, "P": 0.3})
_ETHNICITY = weighted({"N": 80.0, "H": 15.0, "U": 5.0})
_LIVES = weighted({"yes": 84.0, "no": 9.0, "unknown": 7.0})
_EYES = weighted({"Brown": 68.0, "Blue": 14.0, "Hazel": 9.0, "Green": 6.0, "Gray": 3.0})
_HAIR = weighted({"Black": 46.0, "Brown": 34.0, "Blond": 8.0, "Gray": 6.0, "Bald": 4.0, "Red": 2.0})
_AGE = weighted({18: 17.0, 25: 32.0, 35: 24.0, 45: 14.0, 55: 9.0, 63: 4.0})
"""Beginnings of bands of age; within a band all ages are alike."""
_BAND_YEARS = 7


def address(random: Random) -> str:
    """A house that is nowhere."""
    return f"{random.randrange(100, 9900)} {random.choice(STREETS)}"


def place(random: Random) -> str:
    """Where somebody is arrested: a block of a street that is nowhere."""
    return random.choice(PLACES).format(f"{random.randrange(1, 90) * 100} block of {random.choice(STREETS)}")


class People:
    """Whoever is arrested in the synthetic city; now and then somebody comes back."""

    def __init__(self, random: Random) -> None:
        """All draws come from `random`, so that one seed gives one city."""
        self._random = random
        self._known: list[PersonGiven] = []

    def adult(self, on: date) -> PersonGiven:
        """An adult of 18 to 70 years on that day, with the PID that prints find; who comes back keeps it."""
        random = self._random
        if self._known and random.random() < RETURNS:
            return random.choice(self._known)
        age = min(_AGE.draw(random) + random.randrange(_BAND_YEARS), OLDEST_YEARS - 1)
        # Days that keep even the youngest clear of the birthday at 18, which 365.25 days do not always meet.
        somebody = self._somebody(on - (age + 1) * _YEAR + timedelta(days=random.randrange(5, 355)))
        somebody = replace(somebody, pid=str(random.randrange(1_000_000, 99_999_999)))
        if len(self._known) < _KNOWN:
            self._known.append(somebody)
        return somebody

    def child(self, on: date) -> PersonGiven:
        """Somebody of 13 to 17 years on that day."""
        return self._somebody(on - self._random.randrange(13 * 366, 18 * 365 - 30) * timedelta(days=1))

    def nameless(self, who: PersonGiven) -> PersonGiven:
        """The same person before anyone knows a name."""
        seen = PersonGiven(sex=who.sex, race=who.race, ethnicity=who.ethnicity)
        return replace(seen, height_cm=who.height_cm, weight_kg=who.weight_kg, eyes=who.eyes, hair=who.hair)

    def surname(self) -> str:
        """A surname by itself, for a victim or a witness."""
        return SURNAMES.draw(self._random)

    def given(self) -> str:
        """A given name by itself."""
        return GIVEN[self._random.choice("MF")].draw(self._random)

    def _somebody(self, born: date) -> PersonGiven:
        random = self._random
        sex = _SEX.draw(random)
        lives = _LIVES.draw(random)
        tall = random.gauss(176 if sex == "M" else 163, 7)
        return PersonGiven(
            surname=SURNAMES.draw(random),
            given=GIVEN[sex].draw(random),
            middle=None if random.random() < NO_MIDDLE else GIVEN[sex].draw(random),
            birth_date=born,
            sex=sex,
            race=_RACE.draw(random),
            ethnicity=_ETHNICITY.draw(random),
            lives_in_city=lives,
            address=None if lives == "unknown" else address(random),
            height_cm=round(tall),
            weight_kg=round(max(45.0, random.gauss(tall - 95, 13))),
            eyes=_EYES.draw(random),
            hair=_HAIR.draw(random),
        )


class Numbers:
    """Numbers of an arrest in the shapes of the real ones, counted up from a place that the seed gives."""

    def __init__(self, random: Random) -> None:
        """Counting begins far enough apart that two runs hardly meet."""
        self._random = random
        self._otn = random.randrange(26_000_000)
        self._docket = random.randrange(1_000_000, 9_000_000)
        self._dc = random.randrange(1_000, 500_000)

    def otn(self) -> str:
        """An offense tracking number with the demonstration's invented check digit."""
        self._otn = (self._otn + 1) % 26_000_000
        head = f"{chr(ord('A') + self._otn // 1_000_000)}{self._otn % 1_000_000:06d}"
        return head + demo_check_digit(Otn.parse(f"{head}0"))

    def docket(self, year: int) -> str:
        """A docket number of the Municipal Court."""
        self._docket += 1
        return f"MC-51-CR-{self._docket:07d}-{year}"

    def dc(self, year: int, district: str) -> str:
        """A district control number."""
        self._dc += 1
        return f"{year}{district:0>2}{self._dc:06d}"

    def sid(self, pid: str) -> str:
        """The state identification number of whoever has that PID: always the same."""
        return f"{pid[:3]}-{pid[3:5]}-{pid[5:7]}-{pid[-1]}"

    def badge(self) -> str:
        """The badge of an officer on the street."""
        return str(self._random.randrange(1000, 9999))

    def warrant(self, year: int) -> str:
        """A warrant's number."""
        return f"BW-{year}-{self._random.randrange(10_000, 99_999)}"
