"""A receipt: the log's signed promise that an entry will be in it. It names no index: that would count others' acts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pars.ledger.entry import canonical
from pars.ledger.tree import leaf_hash
from pars.sharing import ed25519

PROMISE: Final = timedelta(hours=24)
"""Within which an entry will be in the log; a second is the aim (T17)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever was answered holds in their hand."""

    entry_hash: str
    log: str
    promised_by: str
    signature: str


def _signed_bytes(entry_hash: str, log: str, promised_by: str) -> bytes:
    return canonical({"entry_hash": entry_hash, "log": log, "promised_by": promised_by})


@lru_cache(maxsize=8)
def _key(private_key: bytes) -> Ed25519PrivateKey:
    """The key as the library holds it; making it costs more than a signature."""
    return Ed25519PrivateKey.from_private_bytes(private_key)


def promise(leaf: bytes, log: str, at: datetime, private_key: bytes) -> Receipt:
    """Sign the promise for a leaf; `at` is the real time of its commit, `private_key` 32 raw Ed25519 bytes."""
    entry_hash, promised_by = leaf_hash(leaf).hex(), (at + PROMISE).isoformat(timespec="seconds")
    signature = _key(private_key).sign(_signed_bytes(entry_hash, log, promised_by))
    return Receipt(entry_hash, log, promised_by, signature.hex())


def holds(receipt: Receipt, public_key: bytes) -> bool:
    """Whether the log's key signed this receipt."""
    message = _signed_bytes(receipt.entry_hash, receipt.log, receipt.promised_by)
    try:
        signature = bytes.fromhex(receipt.signature)
    except ValueError:
        return False
    return ed25519.holds(public_key, message, signature)


def public_key(private_key: bytes) -> bytes:
    """The 32 public bytes of a private key."""
    key = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
