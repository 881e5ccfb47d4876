"""Signed messages as Standard Webhooks writes them: three headers, and an HMAC over name, second and body."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from pars.errors import BadInput

PREFIX: Final = "whsec_"
TOLERANCE_SECONDS: Final = 300
"""A message that is older, or newer, than so many seconds may be one that somebody kept."""


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not key:
        raise BadInput("a secret is whsec_ and base64", field="secret")
    return key


def signature(secret: str, name: str, second: int, body: bytes) -> str:
    """The signature of a message: `v1,` and base64 of an HMAC-SHA256 over `name.second.body`."""
    signed = f"{name}.{second}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, sha256).digest()).decode()


def headers(secret: str, name: str, second: int, body: bytes) -> dict[str, str]:
    """The headers of a message."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(second),
        "webhook-signature": signature(secret, name, second, body),
    }


def check(secret: str, given: Mapping[str, str], body: bytes, second: int) -> str:
    """The name of a message that verifies at that second of Unix time; refused with the reason otherwise."""
    name, stamp, signatures = (given.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not name or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12 or not signatures:  # noqa: PLR2004
        raise BadInput("this is no signed message: webhook-id, webhook-timestamp or webhook-signature is missing")
    if abs(int(stamp) - second) > TOLERANCE_SECONDS:
        raise BadInput("this message is older or newer than five minutes")
    expected = signature(secret, name, int(stamp), body).encode()
    if not any(hmac.compare_digest(one.encode(), expected) for one in signatures.split()):
        raise BadInput("the signature is not one of this secret over this message")
    return name
