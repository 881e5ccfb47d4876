"""Ed25519 (RFC 8032) as everything here verifies it: owners' grants, notes, receipts.

A key of small order is nobody's: one signature holds under it for every message, and whoever writes it down can.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_P: Final = 2**255 - 19
_ORDER_EIGHT: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL: Final = frozenset({0, 1, _P - 1, _ORDER_EIGHT, _P - _ORDER_EIGHT})
"""The second coordinates of the eight points of small order."""


def sound(public_key: bytes) -> bool:
    """Whether these bytes can be somebody's key: 32 of them, and no point of small order."""
    if len(public_key) != KEY_BYTES:
        return False
    return (int.from_bytes(public_key, "little") & (2**255 - 1)) % _P not in _SMALL


def holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is that key's over these bytes; whatever is malformed holds nothing."""
    if not sound(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
