"""Terms and floors as the log publishes them, each under its hash and read once."""

import contextlib
import hashlib
import tomllib

from pars.errors import BadInput, NotThere
from pars.ledger.log import Read, Unequal
from pars.sharing.agreement import Terms
from pars.sharing.floor import Floor, read_floor
from pars.sharing.reading import read_terms


class Texts:
    """The files below `terms/` and `floor/`. Raises `Unequal` where a file is not the one that its name says."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._terms: dict[str, Terms] = {}
        self._floors: dict[str, Floor] = {}
        self._faults: dict[tuple[str, str], str | None] = {}

    def terms(self, version: str) -> Terms:
        """The terms of a version, whatever a floor says of them."""
        if version not in self._terms:
            terms = read_terms(self._text(f"terms/{version}.toml", version)).terms
            if terms is None:
                raise BadInput(f"terms/{version}.toml cannot be read as terms", code="terms")
            self._terms[version] = terms
        return self._terms[version]

    def fault(self, version: str, floor: str) -> str | None:
        """The first word of a version that is on a floor, in a sentence; None when none is."""
        asked = (version, floor)
        if asked not in self._faults:
            reading = read_terms(self._text(f"terms/{version}.toml", version), self._floor(floor))
            self._faults[asked] = next((fault.shown for fault in reading.faults if fault.red_line), None)
        return self._faults[asked]

    def named(self, version: str | None, floor: str | None) -> None:
        """Read what an entry names, if it is there: a floor laid by a program before they were kept may be gone."""
        with contextlib.suppress(NotThere):
            if version is not None:
                self.terms(version)
            if floor is not None:
                self._floor(floor)

    def _floor(self, name: str) -> Floor:
        if name not in self._floors:
            try:
                self._floors[name] = read_floor(self._text(f"floor/{name}.toml", name))
            except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as cause:
                raise BadInput(f"floor/{name}.toml cannot be read as a floor", code="floor") from cause
        return self._floors[name]

    def _text(self, path: str, hashed: str) -> str:
        body = self._read(path)
        if hashlib.sha256(body).hexdigest() != hashed:
            raise Unequal("terms", None, f"names {path}, whose bytes have another hash")
        try:
            return body.decode()
        except UnicodeDecodeError as cause:
            raise BadInput(f"{path} is no text", code="terms") from cause
