"""Draws sheets: in the thread that asks, or as the process `python -m bot.draftsman` that answers orders until its input ends.

It is a process of its own because fonts and compiler take as much memory as half the bot, and give none of it back.
"""

import json
import os
import sys
from base64 import b64decode, b64encode
from typing import BinaryIO

import typst

from bot.drawing_order import DRAWN, HEAD, REFUSED, DrawingError, Form
from cards.picture import Sheet, fonts, templates

DENSITY = 160.0  # a ranking is then 800 x 1280 pixels, the most that Telegram shows without scaling it down
_PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"><image width="{wide}" height="{high}" '
    'preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,{photo}"/></svg>'
)
_PHOTO_SIZE = {"wide": 166, "high": 218}


class Draftsman:
    """Keeps the fonts; one sheet at a time."""

    def __init__(self) -> None:
        # Only our own fonts: a picture looks the same on every machine.
        self._compiler = typst.Compiler(
            root=str(templates()), font_paths=[str(fonts())], ignore_system_fonts=True
        )

    def draw(self, sheet: Sheet, form: Form, density: float = DENSITY) -> bytes:
        """Raises DrawingError."""
        photos = {f"photo-{n}": _framed(photo) for n, photo in enumerate(sheet.photos)}
        try:
            drawn = self._compiler.compile(
                input=str(templates() / sheet.template),
                format=form,
                ppi=density,
                sys_inputs={"values": sheet.values, **photos},
            )
        except typst.TypstError as error:
            raise DrawingError(str(error)) from error
        if not isinstance(drawn, bytes):
            raise DrawingError(f"{sheet.template}: {len(drawn or ())} pages where one was expected")
        return drawn


def _framed(photo: bytes) -> str:
    """The compiler takes texts only, so the photo becomes one; it fills the frame and is cut at the edges."""
    return _PHOTO.format(photo=b64encode(photo).decode(), **_PHOTO_SIZE)


def _fill(draftsman: Draftsman, order: bytes) -> bytes:
    template, values, photos, form = json.loads(order)
    sheet = Sheet(template, values, tuple(map(b64decode, photos)))
    try:
        drawn = draftsman.draw(sheet, form)
    except DrawingError as error:
        said = str(error).encode()
        return HEAD.pack(REFUSED, len(said)) + said
    return HEAD.pack(DRAWN, len(drawn)) + drawn


def work(orders: BinaryIO, answers: BinaryIO) -> None:
    draftsman = Draftsman()
    while head := orders.read(HEAD.size):
        answers.write(_fill(draftsman, orders.read(HEAD.unpack(head)[1])))
        answers.flush()


if __name__ == "__main__":
    os.nice(5)  # people in the chat come first
    work(sys.stdin.buffer, sys.stdout.buffer)
