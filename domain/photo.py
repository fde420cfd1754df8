"""A photo as evidence: what is known of it, why one is refused, what a reviewer is warned of, and when two are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.geo import Point, distance_m

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
SAME_BITS = 31
_TINY_PIXELS = 100_000
_BLACK_LUMA = 32
_BLACK_SHARE = 0.99
# Under this the picture is so flat that its hash says nothing (the makers of PDQ advise 50).
_TELLING_QUALITY = 50


class RefusalReason(StrEnum):
    """TRUNCATED is whatever begins as a picture and cannot be read to its end; HEIC is AVIF too."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_A_PICTURE = "not_a_picture"
    HEIC = "heic"
    UNSUPPORTED = "unsupported"
    TOO_BIG_BYTES = "too_big_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"


@dataclass(frozen=True, slots=True)
class PhotoRefusal:
    """``detected`` is the kind that the content shows ("gif", "mp4"…), where one was recognised."""

    reason: RefusalReason
    detected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """``width`` and ``height`` are pixels as seen upright; ``perceptual`` is a PDQ hash of 64 hex digits."""

    sha256: str
    bytes: int
    width: int
    height: int
    media_type: str
    taken_at: datetime | None
    exif_point: Point | None
    perceptual: str
    quality: int
    tiny: bool
    dark: bool

    @property
    def telling_hash(self) -> str | None:
        """The hash to keep and compare; None for a picture too flat to be told from others."""
        return self.perceptual if self.quality >= _TELLING_QUALITY else None


@dataclass(frozen=True, slots=True)
class Examined:
    """``original`` is what was sent, byte for byte; ``shown`` a small upright JPEG without any metadata."""

    facts: PhotoFacts
    original: bytes
    shown: bytes


def is_tiny(width: int, height: int) -> bool:
    return width * height < _TINY_PIXELS


def is_dark(luma: Sequence[int]) -> bool:
    """Whether nearly all pixels of a histogram (count by luma, darkest first) are black; a lamp at night is not."""
    return sum(luma[:_BLACK_LUMA]) >= _BLACK_SHARE * sum(luma)


def near(one: str, other: str) -> int:
    """How many of 256 bits differ between two hashes."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def same_picture(one: str | None, other: str | None, same_bits: int = SAME_BITS) -> bool:
    """Whether two telling hashes show one picture, saved again or made smaller.

    A crop of a twentieth or a turned picture is beyond what PDQ sees; a file sent twice is told by its sha256.
    """
    return one is not None and other is not None and near(one, other) <= same_bits


class WarningKind(StrEnum):
    FAR = "far"
    OTHER_DAY = "other_day"
    TINY = "tiny"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class PhotoWarning:
    """Something for the reviewer to look at; a photo is never rejected for it. ``taken_on`` is the local day."""

    kind: WarningKind
    metres: int | None = None
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class WarningRules:
    zone: ZoneInfo
    far_m: float = 500.0


def warnings(
    facts: PhotoFacts, sent_point: Point | None, sent_at: datetime, rules: WarningRules
) -> tuple[PhotoWarning, ...]:
    """What the photo says against its report; silent where it carries no EXIF, as all that Telegram has shrunk."""
    found = [_far(facts.exif_point, sent_point, rules), _other_day(facts.taken_at, sent_at, rules.zone)]
    found.append(PhotoWarning(WarningKind.TINY) if facts.tiny else None)
    found.append(PhotoWarning(WarningKind.DARK) if facts.dark else None)
    return tuple(warning for warning in found if warning is not None)


def _far(exif_point: Point | None, sent_point: Point | None, rules: WarningRules) -> PhotoWarning | None:
    if exif_point is None or sent_point is None:
        return None
    metres = distance_m(exif_point, sent_point)
    return PhotoWarning(WarningKind.FAR, metres=round(metres)) if metres > rules.far_m else None


def _other_day(taken_at: datetime | None, sent_at: datetime, zone: ZoneInfo) -> PhotoWarning | None:
    if taken_at is None:
        return None
    taken_on = taken_at.astimezone(zone).date()
    if taken_on == sent_at.astimezone(zone).date():
        return None
    return PhotoWarning(WarningKind.OTHER_DAY, taken_on=taken_on)
