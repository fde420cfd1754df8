"""Pictures that are owed: what to draw is kept in the transaction, and drawn when it is first sent."""

from datetime import datetime

from cards.picture import Sheet
from domain.message import Picture
from storage import drawings
from storage.drawings import Drawing
from storage.tx import Tx


def drawn(tx: Tx, sheet: Sheet, now: datetime, stored: tuple[str, ...] = ()) -> Picture:
    """The picture of a sheet; ``stored`` are the sha256 of its photos, which are fetched when it is drawn."""
    drawings.keep(tx, sheet.key, Drawing(sheet.template, sheet.values, stored), now)
    return Picture(sha256=sheet.key)
