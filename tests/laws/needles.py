"""How a string may be written in bytes that left the house, and finding it there."""

import base64
import codecs
import contextlib
import re
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

SHORTEST: Final = 9
"""Shorter numbers stand in other things by chance."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def writings(text: str) -> Iterator[bytes]:
    """A string as it stands, backwards, in other codes and quoted in the usual ways; lower case where case is loose."""
    for word in {text.lower(), text.lower()[::-1], codecs.encode(text.lower(), "rot13")}:
        for coded in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
            yield coded
            yield coded.hex().encode()
        yield "".join(f"%{byte:02x}" for byte in word.encode()).encode()
        yield "".join(f"&#{ord(letter)};" for letter in word).encode()
        yield "".join(f"&#x{ord(letter):x};" for letter in word).encode()
        yield "".join(f"\\u{ord(letter):04x}" for letter in word).encode()


def in_base64(text: str) -> Iterator[bytes]:
    """The middle of a string in base64, for each place that it may begin at; its case counts."""
    for word in {text, text.lower(), text.upper(), text[::-1]}:
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + word.encode())
            yield coded[4 if before else 0 : len(coded) - 4]


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, what stands in them in base64 (a photograph), and the streams of a PDF."""
    yield data
    yield urllib.parse.unquote_to_bytes(data)
    for coded in _BASE64.findall(data):
        with contextlib.suppress(ValueError):
            yield base64.b64decode(coded + b"=" * (-len(coded) % 4), validate=True)
    for stream in _STREAM.findall(data):
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(stream)


def found(planted: Mapping[str, str], data: bytes) -> set[str]:
    """The places of the planted strings that stand in the bytes in any of these writings."""
    everything = b"\n".join(unpacked(data))
    as_it_is, lower = _Haystack(everything), _Haystack(everything.lower())
    return {
        place
        for text, place in planted.items()
        if len(text) >= SHORTEST
        and (any(one in lower for one in writings(text)) or any(one in as_it_is for one in in_base64(text)))
    }


class _Haystack:
    """Bytes in which much is looked for: a line that stands in them a thousand times is looked through once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines = b"\n".join(set(data.split(b"\n")))

    def __contains__(self, needle: bytes) -> bool:
        """What has no end of a line in it stands within a line, or nowhere."""
        return needle in (self._data if b"\n" in needle else self._lines)
