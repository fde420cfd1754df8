"""Pictures that are owed: what to draw is kept in the transaction, and drawn when it is first sent."""

from datetime import datetime

from cards.picture import Sheet
from domain.message import Picture
from storage import drawings
from storage.drawings import Drawing
from storage.tx import Tx


def drawn(tx: Tx, sheet: Sheet, now: datetime) -> Picture:
    """The picture of a sheet without photos of its own."""
    drawings.keep(tx, sheet.key, Drawing(sheet.template, sheet.values, ()), now)
    return Picture(sha256=sheet.key)
