"""Words that have no place in free text: nothing here asks about immigration, citizenship or nationality (N26)."""

import re
from typing import Final

_PATTERN: Final = re.compile(
    r"""\b(
      immigra\w* | migrant\w* | citizen\w* | non-?citizen\w* | nationalit\w* | alien\w* | undocumented | deport\w*
      | removal\ order\w* | green\ card\w* | visa\ status | visa\ overstay\w* | work\ permit\w* | asylum\w* | refugee\w*
      | foreign[\ -]?born | country\ of\ (origin|birth) | place\ of\ birth | born\ in | birthplace | passport\w*
      | illegal(ly)?\ (in|here|present) | indocumentad\w* | inmigra\w* | ciudadan\w* | nacionalidad
      | ICE | USCIS | CBP | DACA
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_CASED: Final = frozenset({"ice"})
"""Words that mean something only in capitals: `ICE` the agency, not ice on the road."""


def status_words(text: str) -> tuple[str, ...]:
    """Words in a text that speak of immigration, citizenship, nationality or birthplace; each once, as written."""
    found = (match.group(0) for match in _PATTERN.finditer(text))
    return tuple(dict.fromkeys(word for word in found if word.lower() not in _CASED or word.isupper()))


WARNING: Final = (
    "The text speaks of immigration, citizenship or nationality. The record has no place for that, no partner ever sees"
    " free text, and nothing may follow from it: correct the text unless the facts of the offense need the words."
)
"""What the writer is told; what was written stands until they correct it."""
