"""The examination of a photo that somebody sent: recognised by content, measured, and copied small for showing."""

import hashlib
import re
import zlib
from io import BytesIO
from zoneinfo import ZoneInfo

import numpy as np
import pdqhash
from PIL import Image

from bot.exif import BROKEN, point, read_exif, taken_at, turn
from domain.photo import (
    MAX_BYTES,
    MAX_PIXELS,
    Examined,
    PhotoFacts,
    PhotoRefusal,
    RefusalReason,
    is_dark,
    is_tiny,
)

_SHOWN_SIDE = 1600
_SHOWN_QUALITY = 85
_HASH_SIDE = 256
_READABLE = ("jpeg", "png", "webp")
_SIGNATURES = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        ("jpeg", rb"\xff\xd8\xff"),
        ("png", rb"\x89PNG\r\n\x1a\n"),
        ("webp", rb"RIFF....WEBP"),
        ("heic", rb"....ftyp(hei[cmsx]|hev[cmsx]|msf1|mif1(?!....(....)*?avif))"),
        ("avif", rb"....ftyp(avi[fs]|mif1)"),
        ("mp4", rb"....ftyp"),
        ("gif", rb"GIF8[79]a"),
        ("bmp", rb"BM....\0\0\0\0"),
        ("tiff", rb"II\*\0|MM\0\*"),
        ("jxl", rb"\xff\x0a|\0\0\0\x0cJXL "),
        ("pdf", rb"%PDF-"),
    )
)
_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# All that Pillow's readers raise on damaged files.
_DAMAGED = (*BROKEN, EOFError, zlib.error)


def examine(data: bytes, zone: ZoneInfo) -> Examined | PhotoRefusal:
    """Look at one photo; ``zone`` is the camera's where it wrote no offset. Heavy on the processor: see Darkroom."""
    kind = kind_of(data)
    refusal = _refusal_before_reading(data, kind)
    if refusal:
        return refusal
    try:
        # Only the header is read here, so that a bomb is known before it goes off.
        with Image.open(BytesIO(data), formats=_READABLE) as image:
            return _refusal_of_header(image) or _examined(image, data, zone)
    except _BOMB:
        return PhotoRefusal(RefusalReason.TOO_MANY_PIXELS, kind)
    except _DAMAGED:
        return PhotoRefusal(RefusalReason.TRUNCATED, kind)


def kind_of(data: bytes) -> str | None:
    """What the first bytes say that it is, whatever its name; None for no kind of picture or film."""
    head = data[:64]
    return next((kind for kind, signature in _SIGNATURES if signature.match(head)), None)


def _refusal_before_reading(data: bytes, kind: str | None) -> PhotoRefusal | None:
    if not data:
        return PhotoRefusal(RefusalReason.EMPTY)
    if len(data) > MAX_BYTES:
        return PhotoRefusal(RefusalReason.TOO_BIG_BYTES, kind)
    if kind is None:
        return PhotoRefusal(RefusalReason.NOT_A_PICTURE)
    if kind in {"heic", "avif"}:
        return PhotoRefusal(RefusalReason.HEIC, kind)
    return None if kind in _READABLE else PhotoRefusal(RefusalReason.UNSUPPORTED, kind)


def _refusal_of_header(image: Image.Image) -> PhotoRefusal | None:
    kind = (image.format or "").lower()
    if image.width * image.height > MAX_PIXELS:
        return PhotoRefusal(RefusalReason.TOO_MANY_PIXELS, kind)
    # Nobody takes a moving picture as evidence, and its first frame may show something else than it plays.
    if kind in {"png", "webp"} and getattr(image, "is_animated", False):
        return PhotoRefusal(RefusalReason.UNSUPPORTED, "apng" if kind == "png" else "animated webp")
    return None


def _examined(image: Image.Image, data: bytes, zone: ZoneInfo) -> Examined:
    stored_size = image.size
    media_type = "image/jpeg" if image.format == "MPO" else Image.MIME[image.format or ""]
    small = _small(image)
    exif = read_exif(image)
    turned = turn(exif)
    shown = small.transpose(turned) if turned is not None else small
    width, height = stored_size[::-1] if turned in _SIDEWAYS else stored_size
    perceptual, quality = _pdq(shown)
    facts = PhotoFacts(
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        width=width,
        height=height,
        media_type=media_type,
        taken_at=taken_at(exif, zone),
        exif_point=point(exif),
        perceptual=perceptual,
        quality=quality,
        tiny=is_tiny(width, height),
        dark=is_dark(shown.convert("L").histogram()),
    )
    return Examined(facts, data, _jpeg(shown))


def _small(image: Image.Image) -> Image.Image:
    """The picture in 8-bit RGB with its long side at most that of the shown copy, transparent parts white."""
    # Few colours shrink badly by index; all else is shrunk before it is converted, which saves memory.
    full = image.convert("RGBA") if image.mode in {"1", "P", "PA"} else image
    # Without a gap a JPEG is decoded at half or a quarter of its size: 40 megapixels in 0.2 s.
    full.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE), reducing_gap=1.0)
    if full.mode.startswith("I"):  # 16-bit grey, which Pillow would cut off at 255
        full = Image.fromarray((np.asarray(full) // 256).astype(np.uint8))
    if not full.has_transparency_data:
        return full.convert("RGB")
    layer = full.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")


def _pdq(picture: Image.Image) -> tuple[str, int]:
    # PDQ itself goes down to 64 x 64; from 256 it is as sure as from 1600 and ten times as fast.
    square = picture.resize((_HASH_SIDE, _HASH_SIDE), Image.Resampling.BILINEAR)
    bits, quality = pdqhash.compute(np.asarray(square))
    return np.packbits(bits.astype(np.uint8)).tobytes().hex(), int(quality)


def _jpeg(picture: Image.Image) -> bytes:
    clean = picture.copy()
    clean.info.clear()  # else Pillow carries the comment of the original over
    out = BytesIO()
    clean.save(out, "JPEG", quality=_SHOWN_QUALITY)
    return out.getvalue()
