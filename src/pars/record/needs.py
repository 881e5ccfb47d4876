"""Needs: an interpreter, and whatever a disability calls for, from the first desk to the courtroom (N18, V14).

Asked of everybody at booking in a way that a person can point at. Notice goes out as soon as practicable (204 Pa. Code
221); deaf people have a statute of their own (42 Pa.C.S. 4432). A language is a word of service: no search, no partner.
"""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "spoken-language": "interpreter for a spoken language",
    "sign-language": "interpreter for sign language",
    "reading": "cannot read the papers",
    "hearing": "hard of hearing",
    "sight": "cannot see well",
    "mobility": "cannot walk or stand long",
    "cognition": "needs things said simply",
    "support-person": "needs a support person",
}
"""What may be needed, in words that stand on the card."""

OWN_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "English": ("en", "English", "Point to your language."),
    "Spanish": ("es", "Español", "Señale su idioma."),
    "American Sign Language": ("ase", "American Sign Language", "I am deaf; I sign."),
    "Arabic": ("ar", "العربية", "أشِر إلى لغتك."),
    "Cantonese": ("yue", "廣東話", "請指出您的語言。"),
    "French": ("fr", "Français", "Montrez votre langue."),
    "Haitian Creole": ("ht", "Kreyòl ayisyen", "Montre lang ou."),
    "Khmer": ("km", "ភាសាខ្មែរ", "សូមចង្អុលភាសារបស់អ្នក។"),
    "Korean": ("ko", "한국어", "사용하시는 언어를 가리켜 주십시오."),
    "Mandarin": ("zh", "普通话", "请指出您的语言。"),
    "Portuguese": ("pt", "Português", "Aponte para o seu idioma."),
    "Russian": ("ru", "Русский", "Укажите на свой язык."),
    "Vietnamese": ("vi", "Tiếng Việt", "Xin chỉ vào ngôn ngữ của quý vị."),
}
"""Each language in its own words, with its tag, for the card that a person points at."""

INTERPRETED: Final = frozenset({"spoken-language", "sign-language"})
"""Kinds for which somebody has to be found, so that a clock runs."""

FOLLOWS: Final[Mapping[str, str]] = {
    "asked": "the interpreter was asked for",
    "found": "an interpreter was found",
    "arrived": "the interpreter is there, or what is needed is",
    "none-found": "none was found: the hearing is adjourned, or went on because",
}
"""What becomes of a need, in order; the last two end its clock."""

QUALIFIED: Final = ("certified", "otherwise-qualified")
MODES: Final = ("in-person", "video", "telephone")
