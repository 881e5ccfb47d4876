"""What a step finds when it is taken, and what it writes besides moving its tracks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from pars.actions.acting import Act, By
from pars.errors import BadInput
from pars.record.answers import Answer
from pars.store.arrests import Held
from pars.store.database import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything an effect may use: the act under way, the locked arrest, when it happened, and what was said."""

    store: Store
    doing: Act
    by: By
    held: Held
    at: datetime
    answers: Mapping[str, Answer]
    given: Mapping[str, object]

    def form(self, name: str, shape: type[T]) -> T:
        """A form within the step, read into its shape; refused with one sentence that names the place at fault."""
        value = self.given.get(name)
        if value is None:
            raise BadInput(_unsaid(name), field=name)
        return converted(value, shape, name)

    def text(self, name: str) -> str:
        """A plain answer as text; empty when it was not given."""
        value = self.answers.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Effect:
    """The outcome that the table needs, further columns of the arrest, answers kept apart from the row, a warning."""

    outcome: str | None = None
    columns: Mapping[str, object] = field(default_factory=dict)
    kept_apart: frozenset[str] = frozenset()
    warning: str | None = None


def _unsaid(name: str) -> str:
    """What to do when a form within a step was left out."""
    match name:
        case "bail":
            return "probable cause was found: choose the kind of bail, which may be release on own recognizance"
        case "charges":
            return "write down at least one charge"
        case "decisions":
            return "decide each charge: approved, modified or refused"
        case "dispositions":
            return "choose how the court decided each charge"
        case "conditions":
            return "answer each condition of the release with yes or no"
        case _:
            return "write down what was said in the interview"


def converted(value: object, shape: type[T], name: str) -> T:
    """A value of the outside as one of ours; the sentence names the place, never the value."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except UnicodeEncodeError:
        raise BadInput(f"{name.replace('_', ' ')} holds a character that cannot be written", field=name) from None
    except msgspec.ValidationError as cause:
        where = str(cause).rpartition(" - at ")[2].strip("`$") or name
        raise BadInput(
            f"{name.replace('_', ' ')} cannot be read: look at {where.strip('.') or name}", field=name
        ) from cause
