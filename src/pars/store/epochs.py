"""Keys of epochs: the private parts of a day's entries open with the key of that day, and with no other.

A key is a file `epochs/<name>.key` of the data folder, mode 0600. It is never in the database, and the folder is left
out of every backup: whoever destroys the file has erased, in every copy there is, whatever was sealed under it. A name
is a day of the city, and a number once a newer key took its place: `2026-11-25`, `2026-11-25.1`.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pars.errors import Misconfigured
from pars.store.files import flush_folder, write_once

BEFORE: Final = "0"
"""The epoch of what was sealed before there were epochs; its key is the `seal` of the key file."""

KEY_BYTES: Final = 32
MARK_BYTES: Final = 16
_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}(\.\d{1,6})?|0\.\d{1,6}")


class KeyGone(Misconfigured):
    """A key of an epoch is not there, or is damaged: nothing that was sealed under it opens."""

    code = "epoch-key-gone"


@dataclass(frozen=True, slots=True)
class EpochKey:
    """One epoch's key. What seals and what marks are apart, each derived from the key in the file."""

    name: str
    seal_key: bytes = field(repr=False)
    mark_key: bytes = field(repr=False)

    @classmethod
    def of(cls, name: str, key: bytes) -> "EpochKey":
        """The key of an epoch from the bytes in its file."""
        return cls(name, hmac.digest(key, b"seal", "sha256"), hmac.digest(key, b"mark", "sha256"))

    def seal(self, plain: bytes, place: str) -> bytes:
        """Sealed bytes that open only with this key, at the same place."""
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self.seal_key).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed there; refused when it was sealed under another key or at another place."""
        try:
            return AESGCM(self.seal_key).decrypt(sealed[:12], sealed[12:], place.encode())
        except InvalidTag as cause:
            raise KeyGone(_sentence(self.name, "is not the one that sealed its private parts")) from cause

    def mark(self, value: str) -> bytes:
        """Under what an entry about something is found, by whoever has this key."""
        return hmac.digest(self.mark_key, value.encode(), "sha256")[:MARK_BYTES]


def name_of(day: date, generation: int) -> str:
    """The name of a day's key; a newer one counts on."""
    return day.isoformat() if not generation else f"{day.isoformat()}.{generation}"


def following(name: str) -> str:
    """The name of the key that takes a key's place."""
    stem, _, number = name.partition(".")
    return f"{stem}.{int(number or 0) + 1}"


def day_of(name: str) -> date | None:
    """The day of an epoch; None for what was sealed before there were any."""
    stem = name.partition(".")[0]
    return None if stem == BEFORE else date.fromisoformat(stem)


def _sentence(name: str, what: str) -> str:
    return (
        f"the key of epoch {name} {what}; put epochs/{name}.key back from where it is kept, "
        "or what was sealed under it stays shut"
    )


class Epochs:
    """The keys of a folder. Any number of processes may use it at once; on several machines they share the folder."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not be there yet; it is made with the first key."""
        self.folder = folder
        self._known: dict[str, EpochKey] = {}
        self._paths: dict[str, Path] = {}
        self._generations: dict[date, int] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type["Epochs"], tuple[Path]]:
        """Another process is told the folder and reads for itself; no key travels with it."""
        return Epochs, (self.folder,)

    def _path(self, name: str) -> Path:
        """Where a key is; made once, since whoever walks the log asks for each entry's."""
        if name not in self._paths:
            if _NAME.fullmatch(name) is None:
                raise Misconfigured(f"an epoch is named by its day, not “{name}”")
            self._paths[name] = self.folder / f"{name}.key"
        return self._paths[name]

    def key(self, name: str) -> EpochKey:
        """The key of an epoch that was; refused, in words, when its file is gone or damaged."""
        path = self._path(name)
        try:
            path.stat()  # a key that another process destroyed is forgotten here, too
            return self._known.get(name) or self._read(name, path)
        except FileNotFoundError:
            self._known.pop(name, None)
            raise KeyGone(_sentence(name, "is not in the folder")) from None

    def _read(self, name: str, path: Path) -> EpochKey:
        try:
            kept = json.loads(path.read_text())
            key = bytes.fromhex(kept["key"])
            whole = kept["epoch"] == name and kept["check"] == _check(name, key)
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            whole = False
        if not whole:
            raise KeyGone(_sentence(name, "is damaged"))
        self._known[name] = EpochKey.of(name, key)
        return self._known[name]

    def making(self, name: str) -> EpochKey:
        """The key of an epoch, made by whoever comes first; all others get the same one."""
        with contextlib.suppress(FileNotFoundError):
            self._path(name).stat()
            return self.key(name)
        with self._lock:
            if not self._path(name).exists():
                self._born(name)
        self._known.pop(name, None)
        return self.key(name)

    def _born(self, name: str) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        flush_folder(self.folder.parent)  # or a power cut takes the folder, and every key with it
        key = secrets.token_bytes(KEY_BYTES)
        text = json.dumps({"epoch": name, "key": key.hex(), "check": _check(name, key)})
        write_once(self._path(name), text.encode())  # whoever was not the first reads the key of whoever was

    def at_work(self, day: date, ask: Callable[[date], int]) -> EpochKey:
        """The key under which this day's entries are sealed now; `ask` says which of the day's keys that is.

        It is asked once a day, and again when the key that was at work is gone: it may have been destroyed, and one of
        its name is never made again.
        """
        generation = self._generations.get(day)
        if generation is not None:
            known = self._known.get(name_of(day, generation))
            if known is not None and (self.folder / f"{known.name}.key").exists():
                return known
        return self.making(name_of(day, self.turned(day, ask(day))))

    def turned(self, day: date, generation: int) -> int:
        """Remember which of a day's keys is at work."""
        if len(self._generations) > 8:  # noqa: PLR2004 - days that end: a demonstration has one every few minutes
            self._generations.clear()
        self._generations[day] = generation
        return generation

    def names(self) -> list[str]:
        """The epochs whose keys are in the folder, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(one.stem for one in self.folder.glob("*.key") if _NAME.fullmatch(one.stem) is not None)

    def destroy(self, name: str) -> None:
        """Destroy a key: its bytes are written over, the file is unlinked, and the folder is made to know it."""
        if name == BEFORE:
            return  # it is the key of everything else that is sealed, too
        path = self._path(name)
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                length = file.seek(0, os.SEEK_END)
                file.seek(0)
                file.write(secrets.token_bytes(length))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            flush_folder(self.folder)
        self._known.pop(name, None)

    def open_to_others(self) -> list[str]:
        """What in the folder somebody else can read or write, by name: everything must be its owner's alone."""
        if not self.folder.is_dir():
            return []
        every = [self.folder, *self.folder.iterdir()]
        return sorted(one.name for one in every if one.stat().st_mode & 0o077)


def _check(name: str, key: bytes) -> str:
    """Tells a damaged file from another key, and nothing about the key."""
    return hashlib.sha256(b"pars epoch\0" + name.encode() + b"\0" + key).hexdigest()[:16]
