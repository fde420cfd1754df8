"""When and where a camera says that it took a photo: the few EXIF tags that count as evidence."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image

from domain.geo import Point

# What Pillow raises (or warns of, an error under -W error) on EXIF that a broken camera or a joker wrote.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
    UserWarning,
)
_MOMENT = "%Y:%m:%d %H:%M:%S"


def read_exif(image: Image.Image) -> Image.Exif:
    """The tags of an opened picture; none where they are broken, for the picture itself may be sound."""
    try:
        return image.getexif()
    except BROKEN:
        return Image.Exif()


def turn(exif: Image.Exif) -> Image.Transpose | None:
    """How to turn the stored picture so that it stands upright; None where it does."""
    return {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(exif.get(ExifTags.Base.Orientation, 1))


def taken_at(exif: Image.Exif, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC; ``zone`` is where the camera was, unless it wrote an offset itself."""
    tags = _block(exif, ExifTags.IFD.Exif)
    offset = _text(tags, ExifTags.Base.OffsetTimeOriginal)
    try:
        local = datetime.strptime(_text(tags, ExifTags.Base.DateTimeOriginal), _MOMENT).replace(tzinfo=zone)
        return _with_offset(local, offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def point(exif: Image.Exif) -> Point | None:
    """The camera's fix; None without one, also at 0, 0, which a camera writes that has none."""
    tags = _block(exif, ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(tags[ExifTags.GPS.GPSLatitude], _text(tags, ExifTags.GPS.GPSLatitudeRef) == "S")
        lng = _degrees(tags[ExifTags.GPS.GPSLongitude], _text(tags, ExifTags.GPS.GPSLongitudeRef) == "W")
        return Point(lat, lng) if lat or lng else None
    except BROKEN:
        return None


def _block(exif: Image.Exif, which: ExifTags.IFD) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(which)
    except BROKEN:
        return {}


def _text(tags: Mapping[int, Any], tag: int) -> str:
    value = tags.get(tag, "")
    return value.strip("\0 ") if isinstance(value, str) else ""


def _with_offset(local: datetime, offset: str) -> datetime:
    try:
        return local.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo)
    except ValueError:
        return local


def _degrees(parts: Any, negative: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    return -size if negative else size
