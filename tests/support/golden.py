"""Pictures that were looked at and kept: `python -m tests.support.golden` draws them anew, to be looked at again."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bot.draftsman import Draftsman
from cards.picture import Sheet
from cards.picture_bulletin import Bulletin, bulletin_sheet
from cards.picture_morning import morning_sheet
from cards.picture_poster import poster_sheet
from cards.picture_ranking import ranking_sheet
from cards.picture_trend import trend_sheet
from tests.support import ranked_days

FOLDER = Path(__file__).parents[1] / "cards" / "golden"
DENSITY, COLOURS = 96.0, 256
SQUARE = 12  # pixels; about a figure
MOST = 12.0  # of 255, in the square that differs most: the palette costs 5, one changed figure over 15


def bulletin(language: str) -> Sheet:
    signature = "示例区攻坚办" if language == "zh" else "District office (sample)"
    return bulletin_sheet(
        language, Bulletin(board=ranked_days.week(language), number=47, signature=signature)
    )


def of_day(day: Callable[[str], ranked_days.Board]) -> Callable[[str], Sheet]:
    return lambda language: ranking_sheet(language, day(language))


SHEETS: dict[str, Callable[[str], Sheet]] = {
    **{
        day.__name__: of_day(day)
        for day in (*ranked_days.DAYS, ranked_days.week, ranked_days.month, ranked_days.composite)
    },
    "trend": lambda language: trend_sheet(language, ranked_days.trend(language)),
    "morning": lambda language: morning_sheet(language, ranked_days.morning(language)),
    "poster": lambda language: poster_sheet(language, ranked_days.poster(language)),
    "bulletin": bulletin,
}


README = {
    "ranking-card": ("normal", "zh"),
    "correction-card": ("corrected", "en"),
    "trend-card": ("trend", "en"),
}
README_FOLDER, README_DENSITY = Path(__file__).parents[2] / "docs" / "img", 144.0


@cache
def draftsman() -> Draftsman:
    return Draftsman()


def drawn(sheet: Sheet, density: float = DENSITY) -> Image.Image:
    return Image.open(BytesIO(draftsman().draw(sheet, "png", density))).convert("RGB")


def kept(name: str, language: str) -> Image.Image:
    return Image.open(FOLDER / f"{name}-{language}.png").convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much the square differs that differs most, of 255; 255 for pictures of another size."""
    if one.size != other.size:
        return 255.0
    apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean(axis=2)
    high, wide = (side // SQUARE * SQUARE for side in apart.shape)
    squares = apart[:high, :wide].reshape(high // SQUARE, SQUARE, wide // SQUARE, SQUARE)
    return float(squares.mean(axis=(1, 3)).max())


def keep(picture: Image.Image, file: Path) -> None:
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    for name, sheet in SHEETS.items():
        for language in ("zh", "en"):
            keep(drawn(sheet(language)), FOLDER / f"{name}-{language}.png")
    for file, (name, language) in README.items():
        drawn(SHEETS[name](language), README_DENSITY).save(README_FOLDER / f"{file}.png", optimize=True)


if __name__ == "__main__":
    main()
