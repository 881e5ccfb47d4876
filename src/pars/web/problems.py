"""The one place that turns a refusal into what people and programs see: RFC 9457 for programs, a page for people."""

from collections.abc import Mapping
from typing import Final

from pars.errors import (
    BadInput,
    Conflicts,
    Misconfigured,
    NotAllowed,
    NotSignedIn,
    NotThere,
    ParsError,
    TooLarge,
    Unavailable,
)

STATUS: Final[Mapping[type[ParsError], int]] = {
    BadInput: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotThere: 404,
    Conflicts: 409,
    TooLarge: 413,
    Unavailable: 503,
    Misconfigured: 500,
    ParsError: 400,
}
"""The status of each kind of refusal; a test proves that every kind has one."""

TITLES: Final[Mapping[int, str]] = {
    400: "Not done",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    405: "Not possible here",
    409: "The record has moved on",
    413: "Too large",
    415: "Not a kind of content that is taken here",
    422: "Cannot be right",
    500: "A fault of ours",
    503: "Not available now",
}


def status_of(error: ParsError) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(error: ParsError) -> dict[str, object]:
    """The `application/problem+json` document of a refusal; `code` is stable."""
    status = status_of(error)
    document: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": error.sentence,
        "code": error.code,
    }
    if error.field:
        document["field"] = error.field
    if error.also:
        document["also"] = [{"detail": one.sentence, "field": one.field} for one in error.also]
    return document
