"""Names for every failure. A refusal carries one sentence for the person and a stable code for the machine.

`web/problems` is the one place that turns these into what people see; nothing else maps an error to a status.
A sentence never holds a value that its reader may not see.
"""


class ParsError(Exception):
    """Something was asked that is not done; nothing has changed.

    `sentence` is shown to the person as it stands, `code` is stable and documented, `field` names the input at fault.
    """

    code = "refused"

    def __init__(self, sentence: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code is not None:
            self.code = code


class BadInput(ParsError):
    """What was given cannot be right: a malformed number, an impossible date, an unknown statute."""

    code = "bad-input"


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
