"""What is taken at booking: the photograph, and property against a receipt."""

import io
from dataclasses import dataclass
from uuid import UUID, uuid4

from PIL import Image, ImageOps, UnidentifiedImageError

from pars.actions.acting import By, act
from pars.actions.booking import MAY_BOOK
from pars.errors import BadInput, NotAllowed, TooLarge
from pars.store import arrests
from pars.store.database import Store

MOST_PHOTO_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
SHOWN = (960, 1280)
"""The largest width and height that is kept; the rest of a camera's pixels tell no desk anything."""


@dataclass(frozen=True, slots=True)
class Reencoded:
    """A photograph made anew from its pixels alone: no camera, no place, no hidden text."""

    jpeg: bytes
    width: int
    height: int


def reencoded(data: bytes) -> Reencoded:
    """The picture as a fresh JPEG without any metadata; refused when it is none or far too large."""
    if len(data) > MOST_PHOTO_BYTES:
        raise TooLarge("the photograph is larger than 10 MB; send a smaller picture")
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise TooLarge("the photograph has more than 40 million pixels; send a smaller picture")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise BadInput("this file is no JPEG or PNG picture", field="photo") from None
    upright.thumbnail(SHOWN)
    plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85, optimize=True)
    return Reencoded(out.getvalue(), plain.width, plain.height)


def add_photo(store: Store, by: By, arrest_id: UUID, data: bytes) -> UUID:
    """Keep a photograph of the person; the entry."""
    with act(store, by, "photo.taken", arrest_id=arrest_id) as doing:
        _may(by)
        picture = reencoded(data)
        arrests.hold(doing.connection, arrest_id)
        row: dict[str, object] = {
            "id": uuid4(),
            "arrest_id": arrest_id,
            "image": picture.jpeg,
            "width": picture.width,
            "height": picture.height,
            "taken_at": doing.at,
        }
        arrests.insert(doing.connection, "record.photo", row)
    return doing.entry()


def take_property(store: Store, by: By, arrest_id: UUID, item: str, quantity: int = 1) -> UUID:
    """Write down a thing taken for safekeeping; the entry."""
    with act(store, by, "property.taken", arrest_id=arrest_id) as doing:
        _may(by)
        text = item.strip()
        if not text or len(text) > 120:  # noqa: PLR2004 - a line of the receipt
            raise BadInput("say in a few words what was taken", field="item")
        if not 1 <= quantity <= 9999:  # noqa: PLR2004 - what the column takes
            raise BadInput("the quantity is between 1 and 9999", field="quantity")
        arrests.hold(doing.connection, arrest_id)
        row: dict[str, object] = {
            "arrest_id": arrest_id,
            "item": text,
            "quantity": quantity,
            "taken_by": by.account,
            "taken_at": doing.at,
        }
        arrests.insert(doing.connection, "record.property_item", row)
    return doing.entry()


def _may(by: By) -> None:
    if by.role not in MAY_BOOK:
        raise NotAllowed("this is written down at the booking desk", code="not-your-step")
