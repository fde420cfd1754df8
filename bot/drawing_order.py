"""What the bot and its drawing process say to each other."""

import json
import struct
from base64 import b64encode
from typing import Literal

from cards.picture import Sheet

Form = Literal["png", "pdf"]
HEAD = struct.Struct(">BI")  # what it is, and how many bytes follow
ORDER, DRAWN, REFUSED = range(3)


class DrawingError(Exception):
    """A template and its values did not fit together; the message is the compiler's."""


def order_of(sheet: Sheet, form: Form) -> bytes:
    """What the process reads."""
    photos = [b64encode(photo).decode() for photo in sheet.photos]
    order = json.dumps([sheet.template, sheet.values, photos, form]).encode()
    return HEAD.pack(ORDER, len(order)) + order
