"""Shares of surnames, which stand for a birthplace where none is collected; held here alone, told for no person (T12).

The share of a surname is that of its bearers who are Hispanic, Asian or of the Pacific in the public tables of the 2020
census: it says where a family may have come from and nothing about anybody. Nobody's label is stored or shown: the
share enters sums, and only sums leave.
"""

import csv
import io
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final


def _read() -> dict[str, float]:
    text = (files("pars.watch") / "surnames.csv").read_text("utf-8")
    return {row["surname"]: int(row["per_mille"]) / 1000 for row in csv.DictReader(io.StringIO(text))}


_SHARES: Final = _read()


@lru_cache(maxsize=65_536)
def share(surname: str) -> float | None:
    """The share of a surname; None of one that is not among the 5,000 most frequent, nor any of its parts."""
    known = _SHARES.get(surname)
    if known is not None:
        return known
    plain = surname.upper()
    if not plain.isascii():
        plain = "".join([sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign)])
    whole = _SHARES.get("".join([sign for sign in plain if sign.isalpha()]))
    if whole is not None:
        return whole
    parts = [_SHARES[part] for part in plain.replace("-", " ").split() if part in _SHARES]
    return max(parts, default=None)


_PLACES: Final = {surname: place for place, surname in enumerate(_SHARES, 1)}


def borne_by_at_most(surname: str) -> float:
    """The largest share of people who can bear a surname, given in plain capitals.

    The table holds no counts, but it is in their order: the k-th most frequent name has at most one of k people. One
    that is not in it has no more than the last that is.
    """
    return 1 / _PLACES.get(surname, len(_PLACES))


def known() -> list[str]:
    """The surnames of the table, the most frequent first."""
    return list(_SHARES)
