"""What a lost stretch of the log says of itself: the ends that have to be entered again, and how much it cannot say.

Only ends are read off. What began in the stretch begins again by the owners' own new grants, never by a recovery.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_ENDS: Final[Mapping[str, str]] = {
    "agreement.expired": "expired",
    "agreement.suspended": "overdue",
    "agreement.floored": "floor",
    "agreement.recovered": "withdrawn",
}
_STOPS: Final[Mapping[str, str]] = {
    "consent.withdrawn": "withdraw",
    "consent.suspended": "suspend",
    "consent.withheld": "withhold",
    "consent.abstained": "abstain",
}
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_LAST_WORD: Final[Mapping[str, str]] = {"suspend": "suspended"}


@dataclass(frozen=True, slots=True)
class End:
    """One entry that stopped something: at which index, of which agreement, and how.

    `said` is what an owner (`by`) said of a `version`, when it was an owner's word. `ended` names the term that ended,
    `began` one that took its place; `word` is how the term's end is written down.
    """

    index: int
    agreement: str
    word: str
    said: str | None = None
    by: str | None = None
    version: str | None = None
    ended: str | None = None
    began: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """An owner's key that was confirmed: the one before does not sign any more."""

    index: int
    owner: str
    key: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What stood in the stretch: ends in their order, new keys, and how many acts of each owner cannot be read."""

    start: int
    end: int
    ends: Sequence[End]
    keys: Sequence[NewKey]
    acts: Mapping[str, int]
    began: Sequence[str]
    days: Sequence[str]

    @property
    def told(self) -> list[str]:
        """The same in words, a line each."""
        lines = [f"{self.end - self.start} entries are missing, from index {self.start}"]
        if self.days:
            lines[0] += f", of {self.days[0]} to {self.days[-1]}"
        for one in self.ends:
            whose = f" by the {one.by}" if one.by and one.said else ""
            lines.append(f"agreement {one.agreement}: {one.said or one.word}{whose} at index {one.index}")
        lines += [f"the {one.owner} has a new signing key since index {one.index}" for one in self.keys]
        lines += [f"agreement {name}: a term began; the owners grant it again if they want it" for name in self.began]
        lines += [f"{count} acts of {owner} cannot be read from the public part" for owner, count in self.acts.items()]
        return lines


def lost(start: int, leaves: Iterable[bytes]) -> Lost:
    """What the leaves from that index on say."""
    ends: list[End] = []
    keys: list[NewKey] = []
    acts: Counter[str] = Counter()
    began: list[str] = []
    days: set[str] = set()
    index = start - 1
    for index, leaf in enumerate(leaves, start):
        said = json.loads(leaf)
        days.add(str(said["day"]))
        if said["kind"] == "record":
            acts[str(said["owner"])] += 1
        elif said["kind"] == "agreement" and "refused" not in said:
            ends += _end(index, said)
            if said.get("verb") == "key.confirmed":
                keys.append(NewKey(index, str(said["owner_of_key"]), str(said["key"])))
            if "began" in said:
                began.append(str(said["agreement"]))
    return Lost(start, index + 1, ends, keys, dict(sorted(acts.items())), sorted(set(began)), sorted(days))


def named_in(entries: Iterable[bytes]) -> Iterator[str]:
    """The files of terms and floors that entries name by their hashes, as paths of the log's folder."""
    for entry in entries:
        if b'"version"' not in entry and b'"floor"' not in entry:
            continue
        try:
            said = json.loads(entry)
        except ValueError:
            continue
        for name, folder in (("version", "terms"), ("floor", "floor")):
            hashed = said.get(name) if isinstance(said, dict) else None
            if isinstance(hashed, str) and _HASH.fullmatch(hashed):
                yield f"{folder}/{hashed}.toml"


def _end(index: int, said: Mapping[str, object]) -> list[End]:
    """What an entry stopped; nothing when it stopped nothing, or was refused."""
    verb, named = str(said.get("verb")), {name: _text(said, name) for name in ("by", "version", "ended", "began")}
    agreement = _text(said, "agreement")
    if agreement is None:
        return []
    if verb in _STOPS:
        word = _STOPS[verb]
        return [End(index, agreement, _LAST_WORD.get(word, "withdrawn"), word, **named)]
    if named["began"] is not None:
        return [End(index, agreement, "replaced", **named)]
    if verb in _ENDS and named["ended"] is not None:
        return [End(index, agreement, _ENDS[verb], **named)]
    return []


def _text(said: Mapping[str, object], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None
