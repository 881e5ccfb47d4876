"""Fingerprint files for tests, in the traditional encoding of ANSI/NIST-ITL."""

from collections.abc import Mapping

FILE, FIELD = b"\x1c", b"\x1d"


def tagged(kind: int, fields: Mapping[int, str | bytes]) -> bytes:
    """A record of tagged fields with its length before them."""
    body = FIELD.join(
        f"{kind}.{number:03}:".encode() + (value if isinstance(value, bytes) else value.encode())
        for number, value in fields.items()
    )
    length = len(body) + len(f"{kind}.001:".encode()) + len(FIELD) + len(FILE)
    digits = len(str(length + len(str(length))))
    return f"{kind}.001:{length + digits}".encode() + FIELD + body + FILE


def a_file(person: Mapping[int, str | bytes], header: Mapping[int, str | bytes] | None = None) -> bytes:
    """A file of a header and one record about a person."""
    return tagged(1, {2: "0300", 3: "1\x1f1\x1e2\x1f00", 4: "CAR", 9: "T-1", **(header or {})}) + tagged(2, person)
