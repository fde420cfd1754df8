"""The photo store: the same promises for a folder and for a bucket (a small S3 on 127.0.0.1)."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from storage.local_photos import UNFINISHED
from storage.photo_store import PhotoDamaged, PhotoMissing, PhotoStore, PhotoStoreDown

PHOTO = b"a photo" * 1000
SUM = hashlib.sha256(PHOTO).hexdigest()
PLACE = f"{SUM[:2]}/{SUM[2:4]}/{SUM}.original"
LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# A writer that is killed when all bytes are written and none is safe yet.
HALF = """
import os, signal, stat, sys
from pathlib import Path
from storage.local_photos import write_whole

def die(handle):
    if stat.S_ISREG(os.fstat(handle).st_mode):
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = die
write_whole(Path(sys.argv[1]), sys.argv[2], b"half of a photo")
"""
# A writer that prints what it syncs and when it renames.
SPOKEN = """
import os, sys
from pathlib import Path
from storage.local_photos import write_whole

sys.addaudithook(lambda name, _: name == "os.rename" and print("rename"))
sync = os.fsync
os.fsync = lambda handle: (print("sync", os.readlink(f"/proc/self/fd/{handle}")), sync(handle))
write_whole(Path(sys.argv[1]), sys.argv[2], b"x")
"""
# A writer that may not write more than 1,000 bytes to a file, as on a full disk.
CRAMPED = """
import asyncio, hashlib, resource, signal, sys
from storage.photo_store import PhotoStore, PhotoStoreDown

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
store, data = PhotoStore.open("file://" + sys.argv[1]), bytes(7000)
try:
    asyncio.run(store.put(hashlib.sha256(data).hexdigest(), data))
except PhotoStoreDown:
    print("down")
"""


def run(code: str, *args: str | Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code, *args], cwd=root, capture_output=True, text=True, check=False
    )


class Bucket:
    """An S3 in a dictionary; ``status`` other than 200 is what every call is answered."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.status = 200
        self.delay_s = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.delay_s)
        if self.status != 200:
            return web.Response(status=self.status)
        if request.method == "PUT":
            self.objects[request.path] = body
            return web.Response(headers={"ETag": '"x"'})
        if request.method == "DELETE":
            self.objects.pop(request.path, None)
            return web.Response(status=204)
        if request.path not in self.objects:
            return web.Response(status=404)
        headers = {"ETag": '"x"', "Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT"}
        return web.Response(body=self.objects[request.path], headers=headers)


@pytest.fixture
async def bucket() -> AsyncIterator[tuple[Bucket, PhotoStore]]:
    bucket, app = Bucket(), web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{tail:.*}", bucket.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    options = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{runner.addresses[0][1]}",
        "AWS_ACCESS_KEY_ID": "sample",
        "AWS_SECRET_ACCESS_KEY": "sample",
        "AWS_REGION": "local",
        "AWS_PAGER": "less",
    }
    store = PhotoStore.open("s3://photos/lanxun", options)
    yield bucket, store
    store.close()
    await runner.cleanup()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "photos"


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, folder: Path, bucket: tuple[Bucket, PhotoStore]) -> PhotoStore:
    return PhotoStore.open(f"file://{folder}") if request.param == "folder" else bucket[1]


async def test_what_is_put_is_got(store: PhotoStore) -> None:
    await store.put(SUM, PHOTO)
    await store.put(SUM, b"small", "shown")
    assert await store.get(SUM) == PHOTO
    assert await store.get(SUM, "shown") == b"small"


async def test_a_photo_put_twice_or_by_two_at_once_is_fine(store: PhotoStore) -> None:
    await asyncio.gather(*(store.put(SUM, PHOTO) for _ in range(8)))
    await store.put(SUM, PHOTO)
    assert await store.get(SUM) == PHOTO


async def test_a_photo_of_20_mb_is_kept(store: PhotoStore) -> None:
    big = bytes(20 * 1024 * 1024)
    await store.put(hashlib.sha256(big).hexdigest(), big)
    assert await store.get(hashlib.sha256(big).hexdigest()) == big


async def test_bytes_of_another_photo_are_not_put(store: PhotoStore) -> None:
    with pytest.raises(ValueError, match="not those of"):
        await store.put(SUM, PHOTO + b"!")
    with pytest.raises(PhotoMissing):
        await store.get(SUM)


async def test_a_deleted_photo_is_missing_and_may_be_deleted_again(store: PhotoStore) -> None:
    await store.put(SUM, PHOTO)
    await store.delete(SUM)
    await store.delete(SUM)
    with pytest.raises(PhotoMissing):
        await store.get(SUM)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", SUM.upper(), SUM[:-1], SUM + "\n", "../" + SUM[3:]])
async def test_no_name_leads_out_of_the_store(store: PhotoStore, name: str) -> None:
    for ask in (store.get(name), store.put(name, PHOTO), store.delete(name)):
        with pytest.raises(ValueError, match="no name of a photo"):
            await ask
    with pytest.raises(ValueError, match="no name of a photo"):
        await store.get(SUM, "../x")


async def test_a_working_store_passes_the_check_and_keeps_nothing_of_it(
    folder: Path, bucket: tuple[Bucket, PhotoStore]
) -> None:
    await PhotoStore.open(f"file://{folder}").check()
    await bucket[1].check()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert bucket[0].objects == {}


async def test_s14_a_flipped_byte_is_never_served_and_a_new_put_heals_it(folder: Path) -> None:
    store = PhotoStore.open(f"file://{folder}")
    await store.put(SUM, PHOTO)
    (folder / PLACE).write_bytes(b"A" + PHOTO[1:])
    with pytest.raises(PhotoDamaged):
        await store.get(SUM)
    await store.put(SUM, PHOTO)
    assert await store.get(SUM) == PHOTO


async def test_s14_a_flipped_byte_in_a_bucket_is_never_served(bucket: tuple[Bucket, PhotoStore]) -> None:
    wire, store = bucket
    await store.put(SUM, PHOTO)
    assert list(wire.objects) == [f"/photos/lanxun/{PLACE}"]
    wire.objects[f"/photos/lanxun/{PLACE}"] = PHOTO[:-1]
    with pytest.raises(PhotoDamaged):
        await store.get(SUM)


async def test_s13_a_killed_writer_leaves_nothing_to_see_and_is_swept(folder: Path) -> None:
    store = PhotoStore.open(f"file://{folder}")
    assert run(HALF, folder, PLACE).returncode == -signal.SIGKILL
    assert len(list((folder / UNFINISHED).iterdir())) == 1
    with pytest.raises(PhotoMissing):
        await store.get(SUM)
    assert await store.sweep(LONG_AGO) == 0
    assert await store.sweep(LATER) == 1


async def test_s13_a_killed_writer_leaves_the_photo_that_stood_there(folder: Path) -> None:
    store = PhotoStore.open(f"file://{folder}")
    await store.put(SUM, PHOTO)
    assert run(HALF, folder, PLACE).returncode == -signal.SIGKILL
    assert await store.get(SUM) == PHOTO


def test_s13_the_bytes_are_synced_before_the_rename_and_the_name_after_it(folder: Path) -> None:
    folder.mkdir(parents=True)
    seen = run(SPOKEN, folder, PLACE).stdout.splitlines()
    renamed = seen.index("rename")
    assert any(f"/{UNFINISHED}/" in line for line in seen[:renamed])
    assert f"sync {folder}" in seen[:renamed]
    assert seen[renamed + 1 :] == [f"sync {(folder / PLACE).parent}"]


def test_s02_a_full_disk_is_told_and_leaves_no_half_file(folder: Path) -> None:
    assert run(CRAMPED, folder).stdout == "down\n"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


async def test_s02_a_folder_that_is_gone_is_down_and_does_not_come_back_empty(folder: Path) -> None:
    store = PhotoStore.open(f"file://{folder}")
    await store.put(SUM, PHOTO)
    folder.rename(folder.with_name("unmounted"))
    for ask in (store.get(SUM), store.put(SUM, PHOTO), store.check()):
        with pytest.raises(PhotoStoreDown):
            await ask
    assert not folder.exists()


@pytest.mark.parametrize("status", [403, 500, 503])
async def test_s12_a_bucket_that_fails_is_down(bucket: tuple[Bucket, PhotoStore], status: int) -> None:
    wire, store = bucket
    wire.status = status
    for ask in (store.get(SUM), store.put(SUM, PHOTO), store.delete(SUM), store.check()):
        with pytest.raises(PhotoStoreDown) as caught:
            await ask
        assert "sample" not in str(caught.value)


async def test_s12_a_slow_bucket_holds_up_nobody_else(bucket: tuple[Bucket, PhotoStore]) -> None:
    wire, store = bucket
    wire.delay_s = 0.5
    slow = [asyncio.create_task(store.put(SUM, PHOTO)) for _ in range(12)]
    await asyncio.sleep(0.05)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(asyncio.to_thread(os.getpid) for _ in range(20)))
    assert loop.time() - start < 0.3
    await asyncio.gather(*slow)


@pytest.mark.parametrize("url", ["", "data/photos", "file://", "s3://", "ftp://host/x", "s3:bucket"])
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected file://folder or s3://bucket/prefix"):
        PhotoStore.open(url)


async def test_a_relative_folder_is_made_where_the_process_stands(folder: Path) -> None:
    relative = os.path.relpath(folder, Path.cwd())
    await PhotoStore.open(f"file://{relative}").put(SUM, PHOTO)
    assert (folder / PLACE).read_bytes() == PHOTO


def test_a_folder_that_cannot_be_made_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PhotoStoreDown):
        PhotoStore.open(f"file://{tmp_path}/file/photos")
