"""Makes the fonts of the pictures: `python -m cards.fonts.make_subset FOLDER` with Noto Sans CJK in the folder; needs fonttools."""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
FAMILY = "Noto Sans CJK SC"
WEIGHTS = ("Regular", "Bold")
WIDE = 50
# Letters with accents, punctuation, currency, letter-like, numbers, arrows, signs, boxes, shapes, full width.
RANGES = (
    (0x20, 0x17F),
    (0x2010, 0x2064),
    (0x20AC, 0x20AC),
    (0x2100, 0x2193),
    (0x2200, 0x22FF),
    (0x2460, 0x2473),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x2713, 0x2717),
    (0x3000, 0x303F),
    (0x3220, 0x3229),
    (0x3395, 0x33A1),
    (0xFF01, 0xFFE5),
)


def wanted() -> set[int]:
    """The list of 2013 that place names keep to, all of GB 2312 for older names, and what stands beside them."""
    listed = "".join((HERE / "tongyong.txt").read_text("utf-8").split())
    older = "".join(
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xA1, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    others = {code for first, last in RANGES for code in range(first, last + 1)}
    return {ord(one) for one in listed + older} | others


def face(file: Path) -> TTFont:
    """The simplified Chinese face of a collection."""
    for font in TTCollection(file).fonts:
        if font["name"].getDebugName(1) == FAMILY:
            return font
    raise SystemExit(f"{file} holds no {FAMILY}")


def cut(font: TTFont, codes: Iterable[int]) -> None:
    """Leave only these characters, without hinting and vertical setting, which a picture does not use."""
    options = subset.Options(hinting=False, glyph_names=False, notdef_outline=True)
    options.layout_features = ["kern", "palt"]  # locl alone would bring 1.5 MB of Japanese and Korean shapes
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    options.name_languages = [0x409]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)


def lines(codes: Iterable[int]) -> str:
    """The characters themselves, a readable number of them a line."""
    shown = "".join(chr(code) for code in sorted(codes) if not chr(code).isspace())
    return "\n".join(shown[at : at + WIDE] for at in range(0, len(shown), WIDE)) + "\n"


def main() -> None:
    held: set[int] = set(wanted())
    for weight in WEIGHTS:
        font = face(Path(sys.argv[1]) / f"NotoSansCJK-{weight}.ttc")
        cut(font, wanted())
        font.save(HERE / f"NotoSansSC-{weight}.otf")
        held &= set(font.getBestCmap())
    (HERE / "coverage.txt").write_text(lines(held), "utf-8")


if __name__ == "__main__":
    main()
