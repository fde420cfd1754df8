"""The examination of photos: every kind of file that a person may send, made here by Pillow."""

import hashlib
import random
import struct
import time
import zlib
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import Image

from bot.pictures import examine
from domain.photo import Examined, PhotoRefusal, RefusalReason, near, same_picture

ZONE = ZoneInfo("Asia/Shanghai")
HTML = b"<!doctype html><html><body>photo.jpg</body></html>"


def scene(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def saved(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def good(data: bytes) -> Examined:
    result = examine(data, ZONE)
    assert isinstance(result, Examined), result
    return result


def shown(data: bytes) -> Image.Image:
    return Image.open(BytesIO(good(data).shown))


def png(width: int, height: int) -> bytes:
    """A black picture of one bit a pixel, of whatever size, in a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes((width + 7) // 8 + 1)) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_exif(taken: str = "", offset: str = "", gps: dict | None = None, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769).update({0x9003: taken, 0x9011: offset} if offset else {0x9003: taken})
    exif.get_ifd(0x8825).update(gps or {})
    return saved(scene(), exif=exif)


def test_a_good_photo_is_measured_and_its_original_kept() -> None:
    data = saved(scene())
    result = good(data)
    facts = result.facts
    assert result.original == data
    assert (facts.sha256, facts.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (facts.width, facts.height, facts.media_type) == (640, 480, "image/jpeg")
    assert (facts.taken_at, facts.exif_point, facts.tiny, facts.dark) == (None, None, False, False)


def test_m01_a_decompression_bomb_is_refused_within_50_ms() -> None:
    bomb = png(20_000, 20_000)
    good(saved(scene(), "PNG"))  # Pillow loads its readers with the first picture
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        result = examine(bomb, ZONE)
        spent.append(time.perf_counter() - start)
        assert result == PhotoRefusal(RefusalReason.TOO_MANY_PIXELS, "png")
    assert min(spent) <= 0.05


@pytest.mark.parametrize("size", [(6325, 6325), (10_000, 10_000), (13_000, 13_000)])
def test_m01_more_than_40_megapixels_are_refused(size: tuple[int, int]) -> None:
    assert examine(png(*size), ZONE) == PhotoRefusal(RefusalReason.TOO_MANY_PIXELS, "png")


def test_m01_just_under_40_megapixels_are_taken() -> None:
    assert good(png(6324, 6324)).facts.width == 6324


def test_t13_more_than_20_mib_are_refused_and_20_mib_are_not() -> None:
    photo = saved(scene())
    full = photo + bytes(20 * 1024 * 1024 - len(photo))
    assert good(full).facts.bytes == 20 * 1024 * 1024
    assert examine(full + b"\0", ZONE) == PhotoRefusal(RefusalReason.TOO_BIG_BYTES, "jpeg")


@pytest.mark.parametrize(
    ("data", "reason", "detected"),
    [
        (b"", RefusalReason.EMPTY, None),
        (HTML, RefusalReason.NOT_A_PICTURE, None),
        (b"PK\3\4" + bytes(50), RefusalReason.NOT_A_PICTURE, None),
        (b"\xff\xd8\xff\xe0" + bytes(50), RefusalReason.TRUNCATED, "jpeg"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", RefusalReason.HEIC, "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", RefusalReason.HEIC, "heic"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", RefusalReason.HEIC, "avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", RefusalReason.HEIC, "avif"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", RefusalReason.UNSUPPORTED, "mp4"),
        (b"%PDF-1.7\n", RefusalReason.UNSUPPORTED, "pdf"),
        (saved(scene(), "GIF"), RefusalReason.UNSUPPORTED, "gif"),
        (saved(scene(), "BMP"), RefusalReason.UNSUPPORTED, "bmp"),
        (saved(scene(), "TIFF"), RefusalReason.UNSUPPORTED, "tiff"),
    ],
)
def test_m02_what_is_no_photo_is_refused_with_its_kind(data: bytes, reason, detected) -> None:
    assert examine(data, ZONE) == PhotoRefusal(reason, detected)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_m02_a_moving_picture_is_refused_and_a_still_one_is_not(kind: str) -> None:
    moving = saved(scene(), kind, save_all=True, append_images=[scene(2)])
    detected = {"PNG": "apng", "WEBP": "animated webp"}[kind]
    assert examine(moving, ZONE) == PhotoRefusal(RefusalReason.UNSUPPORTED, detected)
    assert good(saved(scene(), kind)).facts.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_m02_a_truncated_photo_is_refused(kind: str, share: float) -> None:
    data = saved(scene(size=(2000, 1500)), kind)
    result = examine(data[: int(len(data) * share)], ZONE)
    assert result == PhotoRefusal(RefusalReason.TRUNCATED, kind.lower())


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "RGBA")],
)
def test_m02_every_colour_mode_is_shown_as_rgb(kind: str, mode: str) -> None:
    picture = shown(saved(scene().convert(mode), kind))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (640, 480))
    if mode in {"CMYK", "RGBA"}:
        wanted = np.asarray(scene()).astype(int)
        assert np.abs(np.asarray(picture).astype(int) - wanted).mean() < 5


def test_m02_16_bit_grey_keeps_its_greys() -> None:
    grey = np.full((400, 400), 0x8000, np.uint16)
    picture = shown(saved(Image.fromarray(grey), "PNG"))
    assert abs(picture.convert("L").getpixel((200, 200)) - 0x80) <= 1


def test_m02_what_is_transparent_is_shown_white() -> None:
    picture = shown(saved(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG"))
    assert picture.getpixel((200, 200)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_m02_an_exif_rotation_is_applied(orientation: int, corner: tuple[int, int]) -> None:
    picture = Image.new("RGB", (600, 400), "white")
    picture.paste("red", (0, 0, 60, 60))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(picture, exif=exif)
    size = (600, 400) if orientation < 5 else (400, 600)
    upright = shown(data)
    assert upright.size == size == (good(data).facts.width, good(data).facts.height)
    red = upright.getpixel((20 + corner[0] * (size[0] - 40), 20 + corner[1] * (size[1] - 40)))
    assert red[0] > 200
    assert red[1] < 60


def test_m02_the_shown_copy_is_1600_long_and_the_facts_tell_the_full_size() -> None:
    data = saved(scene(size=(4000, 1000)))
    assert shown(data).size == (1600, 400)
    assert (good(data).facts.width, good(data).facts.height) == (4000, 1000)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 5000), (60_000, 1)])
def test_m02_the_strangest_proportions_are_measured(size: tuple[int, int]) -> None:
    assert good(saved(Image.new("RGB", size, "grey"))).facts.width == size[0]


def test_m02_random_damage_is_answered_and_never_raises() -> None:
    chance = random.Random(7)
    gps = {1: "N", 2: (34.0, 52.0, 12.0), 3: "E", 4: (113.0, 36.0, 0.0)}
    bases = [with_exif("2026:11:23 08:00:00", "+08:00", gps), saved(scene(), "PNG"), saved(scene(), "WEBP")]
    results = set()
    for turn in range(300):
        data = bytearray(bases[turn % 3])
        for _ in range(chance.randint(1, 12)):
            # half of the hits go to the first bytes, where headers and EXIF are
            data[chance.randrange(12, len(data) if turn % 2 else 400)] = chance.randrange(256)
        results.add(type(examine(bytes(data), ZONE)))
    assert results == {Examined, PhotoRefusal}


def test_m03_a_zip_behind_a_jpeg_is_gone_from_the_shown_copy() -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        zipped.writestr("page.html", HTML * 20)
    polyglot = saved(scene(), comment=HTML) + archive.getvalue() + HTML
    result = good(polyglot)
    assert result.original == polyglot
    assert result.shown.endswith(b"\xff\xd9")
    for trace in (b"PK", b"<html", b"page.html"):
        assert trace in polyglot
        assert trace not in result.shown


def test_m03_the_shown_copy_carries_no_metadata() -> None:
    data = with_exif(
        "2026:11:23 08:00:00", gps={1: "N", 2: (34.0, 52.0, 12.0), 3: "E", 4: (113.0, 36.0, 0.0)}
    )
    assert b"Exif" in data
    assert b"Exif" not in good(data).shown
    assert not shown(data).getexif()


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:11:23 08:00:00", "", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        ("2026:11:23 08:00:00", "+09:00", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("2026:11:23 08:00:00", "soon", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        ("0000:00:00 00:00:00", "", None),
        ("0001:01:01 00:00:00", "+08:00", None),
        ("yesterday", "+08:00", None),
    ],
)
def test_m04_the_moment_of_a_photo_is_read_from_exif(taken: str, offset: str, expected) -> None:
    assert good(with_exif(taken, offset)).facts.taken_at == expected


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        ({1: "N", 2: (34.0, 52.0, 12.0), 3: "E", 4: (113.0, 36.0, 0.0)}, (34.87, 113.6)),
        ({1: "S", 2: (34.0, 52.0, 12.0), 3: "W", 4: (113.0, 36.0, 0.0)}, (-34.87, -113.6)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (113.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (34.0, 52.0), 3: "E", 4: (113.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (34.0, 52.0, 12.0)}, None),
    ],
)
def test_m04_the_place_of_a_photo_is_read_from_exif(gps: dict, expected) -> None:
    point = good(with_exif(gps=gps)).facts.exif_point
    assert (point and (round(point.lat, 6), round(point.lng, 6))) == expected


def test_m05_identical_bytes_have_one_sum_and_one_hash() -> None:
    one, again = good(saved(scene())).facts, good(saved(scene())).facts
    assert one == again


@pytest.mark.parametrize(("quality", "size"), [(95, (640, 480)), (40, (640, 480)), (60, (320, 240))])
def test_m05_a_photo_saved_again_is_near_but_other_bytes(quality: int, size: tuple[int, int]) -> None:
    one = good(saved(scene(), quality=90)).facts
    again = good(saved(scene().resize(size), quality=quality)).facts
    assert one.sha256 != again.sha256
    assert same_picture(one.telling_hash, again.telling_hash)


@pytest.mark.parametrize("seed", range(2, 8))
def test_m05_another_picture_is_far(seed: int) -> None:
    one, other = good(saved(scene())).facts, good(saved(scene(seed))).facts
    assert one.telling_hash is not None
    assert other.telling_hash is not None
    assert near(one.perceptual, other.perceptual) > 80
    assert not same_picture(one.telling_hash, other.telling_hash)


def test_m06_a_small_and_a_black_photo_are_taken_with_a_hint() -> None:
    small = good(saved(scene(size=(300, 300)))).facts
    black = good(saved(Image.new("RGB", (800, 600), (9, 9, 12)))).facts
    assert (small.tiny, small.dark) == (True, False)
    assert (black.tiny, black.dark, black.telling_hash) == (False, True, None)
