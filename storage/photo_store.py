"""Photos by content: a folder or an S3 bucket, where a photo is seen only when it is whole and unharmed."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Self, TypeVar
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from storage.local_photos import UNFINISHED, sweep, write_whole

Kind = Literal["original", "shown"]
T = TypeVar("T")

_KINDS = ("original", "shown")
_AT_ONCE = 4
_S3_SETTINGS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
}


class PhotoStoreError(Exception):
    """The photo store did not do what was asked."""


class PhotoMissing(PhotoStoreError):
    """No photo is kept under this name."""


class PhotoDamaged(PhotoStoreError):
    """What is kept is not what was put there: never shown, healed by putting the same photo again."""


class PhotoStoreDown(PhotoStoreError):
    """The store cannot be reached, is full or refuses: try again later."""


class PhotoStore:
    """To be closed at the end. The methods raise ValueError for a name that is no sha256 in small hex."""

    def __init__(self, store: ObjectStore, root: Path | None) -> None:
        self._store = store
        self._root = root
        # Own threads, so that a store that hangs holds up nobody but those who want photos. Never the *_async
        # functions of obstore: a process that ends right after one of them may abort.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="photos")

    @classmethod
    def open(cls, url: str, options: Mapping[str, str] | None = None) -> Self:
        """``file://data/photos`` from the working directory, ``file:///srv/photos``, or ``s3://bucket/prefix``.

        ``options`` are the usual AWS variables by name; others are passed over. Raises ValueError for another
        address, PhotoStoreDown for a folder that cannot be made.
        """
        scheme, _, place = url.partition("://")
        if scheme == "s3" and place.strip("/"):
            return cls(_bucket(place, options or {}), None)
        if scheme == "file" and place:
            root = Path(place).absolute()
            return cls(_translated(lambda: LocalStore(root, mkdir=True), PhotoStoreDown), root)
        raise ValueError(f"no photo store: {url!r}; expected file://folder or s3://bucket/prefix")

    async def put(self, sha256: str, data: bytes, kind: Kind = "original") -> None:
        """Keep a photo under the sha256 of its original, also where it stands already; ValueError for a wrong sum."""
        name = _name(sha256, kind)
        await self._in_thread(lambda: self._put_checked(sha256, name, data, kind), PhotoStoreDown)

    async def get(self, sha256: str, kind: Kind = "original") -> bytes:
        """Raises PhotoMissing and PhotoStoreDown; for an original that has changed since, PhotoDamaged."""
        name = _name(sha256, kind)
        return await self._in_thread(lambda: self._get_checked(sha256, name, kind))

    async def delete(self, sha256: str, kind: Kind = "original") -> None:
        """Nothing happens where there is none."""
        name = _name(sha256, kind)
        with suppress(PhotoMissing):
            await self._in_thread(lambda: obstore.delete(self._store, name))

    async def check(self) -> None:
        """Write, read and remove a small file; raises PhotoStoreDown or PhotoDamaged where that does not work."""
        await self._in_thread(self._probe, PhotoStoreDown)

    async def sweep(self, before: datetime) -> int:
        """Remove the halves that killed writers left before that moment, as only a folder has them; how many."""
        root = self._root
        return 0 if root is None else await self._in_thread(lambda: sweep(root, before))

    def close(self) -> None:
        self._threads.shutdown(wait=False)

    def _put_checked(self, sha256: str, name: str, data: bytes, kind: Kind) -> None:
        if kind == "original" and _sum(data) != sha256:
            raise ValueError(f"the bytes are not those of {sha256}")
        self._write(name, data)

    def _get_checked(self, sha256: str, name: str, kind: Kind) -> bytes:
        if self._root is not None and not self._root.is_dir():
            raise PhotoStoreDown(f"the folder is gone: {self._root}")
        data = bytes(obstore.get(self._store, name).bytes())
        if kind == "original" and _sum(data) != sha256:
            raise PhotoDamaged(name)
        return data

    def _write(self, name: str, data: bytes) -> None:
        # Always over what is there: the content is the same, unless the old one is damaged and is healed by this.
        if self._root is not None:
            write_whole(self._root, name, data)
        else:
            obstore.put(self._store, name, data, use_multipart=False)

    def _probe(self) -> None:
        name, content = f"{UNFINISHED}/probe-{uuid4().hex}", b"probe"
        self._write(name, content)
        read = bytes(obstore.get(self._store, name).bytes())
        obstore.delete(self._store, name)
        if read != content:
            raise PhotoDamaged(name)

    async def _in_thread(self, work: Callable[[], T], absent: type[PhotoStoreError] = PhotoMissing) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _translated, work, absent)


def _translated(work: Callable[[], T], absent: type[PhotoStoreError]) -> T:
    """Do it; ``absent`` is what it means here that a file or folder is not there."""
    try:
        return work()
    except FileNotFoundError as error:
        raise absent(_first_line(error)) from error
    except (OSError, BaseError) as error:
        raise PhotoStoreDown(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _name(sha256: str, kind: Kind) -> str:
    # Only these letters can become a path, so none leads out of the store.
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or kind not in _KINDS:
        raise ValueError(f"no name of a photo: {sha256!r}, {kind!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.{kind}"


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bucket(place: str, options: Mapping[str, str]) -> S3Store:
    bucket, _, prefix = place.strip("/").partition("/")
    settings = {name.lower(): value for name, value in options.items() if name in _S3_SETTINGS and value}
    settings["aws_disable_bulk_delete"] = "true"  # which some stores that speak S3 do not know
    endpoint = settings.get("aws_endpoint_url_s3") or settings.get("aws_endpoint_url") or ""
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=settings,  # type: ignore[arg-type]  # its keys are checked above
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=30),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
    )
