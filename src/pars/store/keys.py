"""Keys that live outside the database: the doors' passwords, the keys that seal and index, and the log's own.

One file, `keys.json`, mode 0600, made at birth in the data folder; and beside it the folder of the epochs' keys, which
no backup holds (`store/epochs`). Sealing is AES-256-GCM with the place
(table, row, column) as associated data, so that a sealed value moved elsewhere does not open; an index is an HMAC.
"""

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pars.errors import Misconfigured
from pars.record.roles import Owner
from pars.store.epochs import BEFORE, Epochs
from pars.store.files import write_once, write_whole

DOORS = (
    *("pars_act", "pars_staff", "pars_partner", "pars_interview", "pars_protected"),
    *("pars_care", "pars_consular", "pars_ledger"),
)
"""The database roles that sign in, one for each door of the store."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is in the key file. Never printed, never logged, never in the database."""

    passwords: dict[str, str] = field(repr=False)
    seal_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    log_key: bytes = field(repr=False)
    epochs: Epochs = field(repr=False)
    owner_keys: dict[str, bytes] = field(repr=False, default_factory=dict)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Sealed bytes that open only at the same place."""
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self.seal_key).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed there; refused when the bytes, the key or the place are others."""
        try:
            return AESGCM(self.seal_key).decrypt(sealed[:12], sealed[12:], place.encode())
        except InvalidTag as cause:
            raise Misconfigured("a sealed value does not open with this installation's keys") from cause

    def open_of(self, epoch: str, sealed: bytes, place: str) -> bytes:
        """What was sealed in an epoch; before there were any, under the key that seals everything else."""
        return self.open(sealed, place) if epoch == BEFORE else self.epochs.key(epoch).open(sealed, place)

    def index(self, value: str, place: str) -> bytes:
        """A blind index for equality: the same value at the same place gives the same bytes."""
        return hmac.new(self.index_key, f"{place}\0{value}".encode(), sha256).digest()

    def blind(self, keys: Iterable[str]) -> list[str]:
        """Search keys as the database holds them: equality still finds them, and they say no name (T26)."""
        return sorted(self.index(key, "search").hex()[:24] for key in keys)


def keys_in(data: Path, *, holding_owners: bool = False) -> Keys:
    """The keys of a data folder; made, once, when there are none.

    A demonstration's folder holds its owners' signing keys too; anywhere else each owner keeps its own.
    """
    path = data / "keys.json"
    try:
        text = path.read_text()
    except FileNotFoundError:
        text = _born(path, holding_owners=holding_owners)
    kept = json.loads(text)
    if new := [door for door in DOORS if door not in kept["passwords"]]:
        # Doors that a later version opens; the migration gives them their passwords.
        kept["passwords"] |= {door: secrets.token_urlsafe(24) for door in new}
        write_whole(path, json.dumps(kept).encode())
    held = {owner: bytes.fromhex(key) for owner, key in kept.get("owners", {}).items()}
    return Keys(
        kept["passwords"],
        bytes.fromhex(kept["seal"]),
        bytes.fromhex(kept["index"]),
        bytes.fromhex(kept["log"]),
        Epochs(data / "epochs"),
        held,
    )


def _born(path: Path, *, holding_owners: bool) -> str:
    owners = {owner.value: secrets.token_hex(32) for owner in Owner} if holding_owners else {}
    text = json.dumps(
        {
            "passwords": {door: secrets.token_urlsafe(24) for door in DOORS},
            "seal": secrets.token_hex(32),
            "index": secrets.token_hex(32),
            "log": secrets.token_hex(32),
            "owners": owners,
        }
    )
    return text if write_once(path, text.encode()) else path.read_text()
