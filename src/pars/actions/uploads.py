"""What is uploaded beside somebody's words: a letter, as PDF. It is kept sealed, as it came, and given back so."""

from typing import Final

from pars.errors import BadInput, TooLarge

LARGEST_LETTER: Final = 5_000_000


def letter_given(letter: bytes) -> bytes:
    """The letter; refused when it is larger than a letter is, or no PDF."""
    if len(letter) > LARGEST_LETTER:
        raise TooLarge("a letter has at most 5 MB")
    if not letter.startswith(b"%PDF-"):
        raise BadInput("a letter is a PDF", field="letter")
    return letter
