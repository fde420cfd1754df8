"""Files that people and the bot uploaded: pictures in several sizes, documents as they came."""

import hashlib
import io
import itertools
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

from sandbox.errors import bad_request
from sandbox.records import Json

PHOTO_BYTES = 10 << 20
DOCUMENT_BYTES = 50 << 20
DOWNLOAD_BYTES = 20 << 20
LINK_SECONDS = 3600
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
SIDES = (320, 800, 1280)
LARGEST = 1280
TINY_SIDE = 90


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`media` is what a message carries: a list of sizes for a photo, one object for a document."""

    file_id: str
    unique_id: str
    content: bytes
    path: str
    mime: str
    kind: str
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class FileStore:
    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_unique: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, tuple[StoredFile, float]] = field(default_factory=dict)
    media: dict[str, list[Json] | Json] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def keep_photo(self, sizes: list[tuple[bytes, int, int]]) -> list[Json]:
        """Store a picture's sizes, smallest first; any of their ids stands for the whole picture."""
        kept = [
            self._keep(data, "photo", "photos/file_{}.jpg", "image/jpeg", size=(w, h)) for data, w, h in sizes
        ]
        wire = [_brief(file) | {"width": file.width, "height": file.height} for file in kept]
        for file in kept:
            self.media[file.file_id] = wire
        return wire

    def keep_document(self, upload: Upload) -> Json:
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        mime = mimetypes.guess_type(upload.name)[0] or upload.mime or "application/octet-stream"
        file = self._keep(upload.content, "document", "documents/file_{}." + suffix, mime)
        wire = {"file_name": upload.name, "mime_type": mime} | _brief(file)
        self.media[file.file_id] = wire
        return wire

    def find(self, file_id: str, kind: str) -> list[Json] | Json:
        """The media of a file_id that was given out before; raises ApiError for any other text."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            wanted, got = kind.capitalize(), file.kind.capitalize()
            raise bad_request(f"can't use file of type {got} as {wanted}")
        return self.media[file_id]

    def link(self, file_id: str, now: float) -> Json:
        """What getFile answers; its path works for an hour."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.content) > DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        self.by_path[file.path] = (file, now + LINK_SECONDS)
        return _brief(file) | {"file_path": file.path}

    def at_path(self, path: str, now: float) -> StoredFile | None:
        file, until = self.by_path.get(path, (None, 0.0))
        return file if until > now else None

    def _keep(
        self, content: bytes, kind: str, path: str, mime: str, *, size: tuple[int, int] = (0, 0)
    ) -> StoredFile:
        number = next(self._numbers)
        seed = hashlib.sha256(f"{kind}{number}".encode()).hexdigest()
        prefix = "AgACAgUAAx" if kind == "photo" else "BQACAgUAAx"
        file = StoredFile(
            f"{prefix}{seed[:48]}", f"AQAD{seed[48:60]}", content, path.format(number), mime, kind, *size
        )
        self.by_id[file.file_id] = file
        self.by_unique[file.unique_id] = file
        return file


def scaled(upload: Upload) -> list[tuple[bytes, int, int]]:
    """A picture as Telegram keeps it: upright JPEGs without EXIF, smallest first; raises ApiError."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > PHOTO_BYTES:
        raise bad_request(f'file "{upload.name}" is too big for a photo')
    try:
        with Image.open(io.BytesIO(upload.content)) as opened:
            width, height = opened.size
            if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            opened.draft("RGB", (LARGEST, LARGEST))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as why:
        raise bad_request("IMAGE_PROCESS_FAILED") from why
    longest = max(width, height)
    sides = [side for side in SIDES if side < longest] + ([longest] if longest <= LARGEST else [])
    return [_jpeg(picture, side) for side in ([TINY_SIDE, *sides] if len(sides) == 1 else sides)]


def _jpeg(picture: Image.Image, side: int) -> tuple[bytes, int, int]:
    copy = picture.copy()
    if max(copy.size) > side:
        copy.thumbnail((side, side))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=82)
    return out.getvalue(), *copy.size


def _brief(file: StoredFile) -> Json:
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.content)}
