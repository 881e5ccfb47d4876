"""Numbers and citations as the field writes them: parsed once, then trusted.

Each type is a string in its canonical writing and is made only by reading: `DcNumber.parse(text)` (or `DcNumber(text)`,
the same) accepts the writings in use and refuses the rest, so a function that takes one never checks it. Being
strings, they serve as keys, compare by their canonical writing and go into JSON, SQL and pages as they are.
A refusal never repeats what was typed. Sources: domain 1.4; facts V11 (OTN) and V20 (DC number) of the research.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from pars.errors import BadInput

_LONGEST = 60
_LONGEST_SUBSECTION = 16
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "\u00a0": " "})


def is_number(text: str) -> bool:
    """Whether a text is digits 0 to 9 alone; other scripts have digits too, which no number here is written in."""
    return text.isascii() and text.isdigit()


class Identifier(str):
    """What all of them share: one shape, one refusal, one way in."""

    __slots__ = ()

    field: ClassVar[str]
    shape: ClassVar[re.Pattern[str]]
    refusal: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        """Read the text, or refuse it with the sentence of the type."""
        plain = text.translate(_DASHES).strip()
        if len(plain) > _LONGEST or not plain.replace("§", "").isascii():
            raise BadInput(cls.refusal, field=cls.field)
        clean = cls._clean(plain)
        if cls.shape.fullmatch(clean) is None:
            raise BadInput(cls.refusal, field=cls.field)
        return str.__new__(cls, clean)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier that the text writes; refused with one sentence and an example."""
        return cls(text)

    @classmethod
    def _clean(cls, text: str) -> str:
        return text.upper()


class DcNumber(Identifier):
    """District Control number of an incident: year, district and sequence, in 10 or 12 digits.

    Spaces and hyphens are accepted and dropped. The short form is not lengthened: no public source settles its century.
    """

    __slots__ = ()
    field = "dc_number"
    shape = re.compile(r"[0-9]{10}(?:[0-9]{2})?")
    refusal = "A DC number has 10 or 12 digits, such as 2026 18 004412; leave it empty if there is none yet."

    @classmethod
    def _clean(cls, text: str) -> str:
        return re.sub(r"[ -]", "", text)


class Pid(Identifier):
    """Police person number, backed by fingerprints: up to 8 digits."""

    __slots__ = ()
    field = "pid"
    shape = re.compile(r"[0-9]{1,8}")
    refusal = "A police person number (PID) has up to 8 digits, such as 1004417."


class Sid(Identifier):
    """State identification number, one a person: four groups of up to three digits."""

    __slots__ = ()
    field = "sid"
    shape = re.compile(r"[0-9]{1,3}(?:-[0-9]{1,3}){3}")
    refusal = "A state identification number (SID) is four groups of up to three digits, such as 401-22-7-3."

    @classmethod
    def _clean(cls, text: str) -> str:
        return re.sub(r" *- *", "-", text)


class Otn(Identifier):
    """Offense tracking number of an arrest's charges: a letter, six digits and a check digit.

    The canonical writing is the one that systems exchange. The check digit refuses nothing: no public rule for it
    exists (N8, V11), and an invented one would turn away real numbers at night; see `check_digit_warning`.
    """

    __slots__ = ()
    field = "otn"
    shape = re.compile(r"[A-Z][0-9]{7}")
    refusal = "An offense tracking number (OTN) is a letter, six digits and a check digit, such as T 123456-7."

    @property
    def exchanged(self) -> str:
        """As systems exchange it: `Q3333330`."""
        return str(self)

    @property
    def shown(self) -> str:
        """As dockets print it: `Q 333333-0`."""
        return f"{self[0]} {self[1:7]}-{self[7]}"

    @classmethod
    def _clean(cls, text: str) -> str:
        return re.sub(r"[ -]", "", text.upper())


class CheckDigitRule(StrEnum):
    """Which check digit an installation compares an OTN with. The demo's rule is invented, for the demo alone."""

    NONE = "none"
    INVENTED_DEMO = "invented-demo"


def demo_check_digit(otn: Otn) -> str:
    """The last digit that the demo gives to the letter and six digits of an OTN: their weighted sum, modulo ten."""
    digits = (ord(otn[0]) - ord("A") + 1, *(int(digit) for digit in otn[1:7]))
    return str(sum(weight * digit for weight, digit in enumerate(digits, start=1)) % 10)


OTN_WARNING = "The last digit of the OTN does not fit the others; compare it with the card; what the card says stands."


def check_digit_warning(otn: Otn, rule: CheckDigitRule) -> str | None:
    """A sentence for the person who typed a number whose check digit looks wrong; None when there is nothing to say.

    It warns and never refuses (V11): what is on the fingerprint card stands.
    """
    if rule is CheckDigitRule.NONE or demo_check_digit(otn) == otn[7]:
        return None
    return OTN_WARNING


class DocketNumber(Identifier):
    """A court's case number, `MC-51-CR-0001234-2026`: issued by the court, never by the police.

    MC is the Municipal Court, CP the Court of Common Pleas; CR criminal, SU summary, MD miscellaneous; 51 Philadelphia.
    """

    __slots__ = ()
    field = "docket_number"
    shape = re.compile(r"(?:MC|CP)-51-(?:CR|SU|MD)-[0-9]{7}-[0-9]{4}")
    refusal = "A docket number is court, county, kind, seven digits and year, such as MC-51-CR-0001234-2026."

    @property
    def court(self) -> str:
        """`MC` or `CP`."""
        return self[:2]

    @property
    def year(self) -> int:
        """The year in which the court opened the case."""
        return int(self[-4:])

    @classmethod
    def _clean(cls, text: str) -> str:
        return re.sub(r" *- *", "-", text.upper())


class Ori(Identifier):
    """Originating agency identifier: nine letters and digits."""

    __slots__ = ()
    field = "agency_ori"
    shape = re.compile(r"[A-Z0-9]{9}")
    refusal = "An agency's identifier (ORI) is nine letters and digits, such as PA0510000."


class Badge(Identifier):
    """An officer's badge: up to six digits, and a letter where a force uses one."""

    __slots__ = ()
    field = "badge"
    shape = re.compile(r"[0-9]{1,6}[A-Z]?")
    refusal = "A badge is up to six digits, with a letter if it has one, such as 4417 or 812A."


@dataclass(frozen=True, slots=True)
class Statute:
    """A citation, `18 § 3701 §§ A1ii`: title, section and, where there is one, subsection (else empty).

    Also read: `18 3701 a1ii`, `18:3701(a)(1)(ii)`, `18 Pa.C.S. § 3701(a)(1)(ii)`, `35 780-113(a)(30)`. The asterisks
    with which dockets count DUI offences (`A1**`) are no part of the law and are dropped. Letters are capital and roman
    numbers small, whichever way they were typed. Reading says nothing about whether such a section exists:
    `offences.find` does. Not a string, because a string's own `title` would shadow the law's: write `str(statute)`.
    """

    title: str
    section: str
    subsection: str = ""

    def __post_init__(self) -> None:
        """Refuse parts that the parser would not have given."""
        if self._parts(str(self)) != (self.title, self.section, self.subsection):
            raise BadInput(_STATUTE, field="statute")

    def __str__(self) -> str:
        """The canonical text, as dockets print it."""
        head = f"{self.title} § {self.section}"
        return f"{head} §§ {self.subsection}" if self.subsection else head

    @classmethod
    def parse(cls, text: str) -> Self:
        """The citation that the text writes; refused with one sentence and an example."""
        parts = cls._parts(text)
        if parts is None:
            raise BadInput(_STATUTE, field="statute")
        return cls(*parts)

    @property
    def whole_section(self) -> "Statute":
        """The same section without its subsection."""
        return Statute(self.title, self.section)

    @staticmethod
    def _parts(text: str) -> tuple[str, str, str] | None:
        plain = re.sub(r"\s+", " ", text.translate(_DASHES)).strip()
        cited = _CITED.fullmatch(plain) if len(plain) <= _LONGEST else None
        if cited is None:
            return None
        subsection = _subsection(cited["subsection"])
        return None if subsection is None else (cited["title"].lstrip("0"), cited["section"].upper(), subsection)


_STATUTE = (
    "Choose the statute from the list that opens as you type words of it; or type title, section and subsection,"
    " such as 18 § 3701 §§ A1ii or 35 § 780-113 §§ A30."
)
_CITED = re.compile(
    r"(?P<title>0?[1-9][0-9]?) ?(?:pa\.? ?c\. ?s\. ?(?:a\.)?|p\. ?s\.)?[ :,]*(?:§|sec\.)?§?[ ]?"
    r"(?P<section>(?<![0-9])[0-9]{1,5}(?:\.[0-9]{1,2})?(?:-[0-9]{1,4}(?:\.[0-9]{1,2})?)?(?:-[A-Z](?![A-Z0-9]))?)"
    r"(?![0-9])[ :,]*(?:§|subsec\.)?§? ?(?P<subsection>(?:[A-Z0-9().*-]| (?=[A-Z(]))*)",
    re.IGNORECASE | re.ASCII,
)
_SUBSECTION = re.compile(r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*")
_LETTERS = re.compile(r"[A-Z]+")
_LETTERS_OF_A_CITATION = re.compile(r"[IVX]+[A-Z]?|[A-Z]{1,2}")
_ROMAN_AFTER_NUMBER = re.compile(r"(?<=[0-9])[IVX]+")


def _subsection(text: str) -> str | None:
    """A subsection in capitals with small roman numbers; None for what no citation can hold."""
    plain = re.sub(r"[ ()*]", "", text.upper())
    if not plain:
        return ""
    if _SUBSECTION.fullmatch(plain) is None or len(plain) > _LONGEST_SUBSECTION or text.count("(") != text.count(")"):
        return None
    if not all(_LETTERS_OF_A_CITATION.fullmatch(letters) for letters in _LETTERS.findall(plain)):
        return None
    return _ROMAN_AFTER_NUMBER.sub(_small, plain)


def _small(roman: re.Match[str]) -> str:
    return roman[0].lower()
