"""Names for every failure. A refusal carries one sentence for the person and a stable code for the machine.

`web/problems` is the one place that turns these into what people see; nothing else maps an error to a status.
A sentence never holds a value that its reader may not see.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class ParsError(Exception):
    """Something was asked that is not done; nothing has changed.

    `sentence` is shown to the person as it stands, `code` is stable and documented, `field` names the input at fault.
    """

    code = "refused"
    also: Sequence["ParsError"] = ()
    """What else of the same form cannot be; a refusal is of its first fault, and programs may read that alone."""

    def __init__(self, sentence: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code is not None:
            self.code = code

    def of(self, *fields: str) -> str | None:
        """The sentence for an input, by any of its names; None where nothing is wrong with it."""
        return next((one.sentence for one in (self, *self.also) if one.field and one.field in fields), None)


class BadInput(ParsError):
    """What was given cannot be right: a malformed number, an impossible date, an unknown statute."""

    code = "bad-input"


class Faults:
    """What of one form cannot be, gathered, so that whoever filled it in is told of all of it at once."""

    def __init__(self, found: Sequence[BadInput] = ()) -> None:
        self.found = list(found)

    @contextlib.contextmanager
    def gathered(self) -> Iterator[None]:
        """What is refused within is one fault more."""
        try:
            yield
        except BadInput as fault:
            self.found += [fault, *(one for one in fault.also if isinstance(one, BadInput))]

    def in_reading(self, read: Callable[..., T], *given: object, otherwise: T | None = None) -> T | None:
        """What reading an input gives; where it cannot be read, which is one fault more, what stands in its place."""
        with self.gathered():
            return read(*given)
        return otherwise

    def settle(self) -> None:
        """Refuse the form when something in it cannot be: by the first fault, with the others."""
        if self.found:
            raise together(self.found)


def together(faults: Sequence[ParsError]) -> ParsError:
    """The first of several faults, with the others beside it."""
    first, *others = faults
    refusal = type(first)(first.sentence, code=first.code, field=first.field)
    refusal.also = [type(one)(one.sentence, code=one.code, field=one.field) for one in others]
    return refusal


class NotSignedIn(ParsError):
    """Nobody is known to be asking."""

    code = "not-signed-in"


class NotAllowed(ParsError):
    """The one who asks has no duty or agreement for it."""

    code = "not-allowed"


class NotThere(ParsError):
    """There is nothing by that name that the one who asks could see."""

    code = "not-there"


class Conflicts(ParsError):
    """The record has moved on: a step out of order, a second arraignment, an edit of an older version."""

    code = "conflicts"


class TooLarge(ParsError):
    """More bytes than the form takes."""

    code = "too-large"


class Unavailable(ParsError):
    """The system cannot answer now and says so; what was acknowledged before is safe."""

    code = "unavailable"


class Misconfigured(ParsError):
    """The operator's settings contradict themselves or the folder; nothing was started."""

    code = "misconfigured"
