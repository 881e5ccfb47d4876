"""What is uploaded beside somebody's words: a letter, as PDF. It is kept sealed, as it came, and given back so."""

from typing import Final

from pars.errors import BadInput, TooLarge
from pars.sharing.agreement import Terms

LARGEST_LETTER: Final = 5_000_000


def letter_given(letter: bytes) -> bytes:
    """The letter; refused when it is larger than a letter is, or no PDF."""
    if len(letter) > LARGEST_LETTER:
        raise TooLarge("a letter has at most 5 MB")
    if not letter.startswith(b"%PDF-"):
        raise BadInput("a letter is a PDF", field="letter")
    return letter


def contract_given(terms: Terms, contract: bytes) -> bytes:
    """The contract that goes with terms; refused when they name none, or it is larger than a contract is."""
    if terms.text is None:
        raise BadInput("these terms name no contract; name its file in `text` of [agreement]", field="contract")
    if len(contract) > LARGEST_LETTER:
        raise TooLarge("a contract has at most 5 MB")
    return contract
