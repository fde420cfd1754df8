"""Files of a local folder that are there whole or not at all, also after a power cut; obstore renames but never syncs."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

# On the same file system as the photos, so that a finished file moves to its place in one step.
UNFINISHED = "unfinished"


def write_whole(root: Path, name: str, data: bytes) -> None:
    """Raises OSError, and then leaves what stood under the name as it was. The root itself must be there."""
    unfinished = root / UNFINISHED / uuid4().hex
    final = root / name
    _make_folder(root, unfinished.parent)
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _make_folder(root, final.parent)
        unfinished.replace(final)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(final.parent)


def sweep(root: Path, before: datetime) -> int:
    """Remove what a killed process left unfinished before that moment; how many files that were."""
    left = [file for file in (root / UNFINISHED).glob("*") if file.stat().st_mtime < before.timestamp()]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def _make_folder(root: Path, folder: Path) -> None:
    # Not the root: one that is gone is a disk that is gone, and must not come back empty.
    if folder == root or folder.is_dir():
        return
    _make_folder(root, folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    # Until then the new name may be lost with the power, though the bytes are safe.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
