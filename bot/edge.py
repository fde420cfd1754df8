"""The edge of every command: the settings with logging, and how a refusal or a fault is told."""

import sys
from collections.abc import Callable

import structlog

from bot import log
from bot.settings import Settings, SettingsError, read_settings
from domain.district_table import DistrictError
from storage.errors import StorageError
from storage.photo_store import PhotoStoreError

REFUSALS = (SettingsError, DistrictError, StorageError, PhotoStoreError, OSError)


def guarded(work: Callable[[], None], refusals: tuple[type[Exception], ...] = REFUSALS) -> None:
    """Exit status 0: done; 1: refused or found a fault, in one plain sentence; 2: wrong usage."""
    try:
        work()
    except refusals as error:
        sys.stderr.write(f"{error}\n")
    except Exception as error:  # noqa: BLE001 - the edge: a fault of the program is logged, not thrown at people
        structlog.get_logger().error("unexpected fault", exc_info=error)
    else:
        return
    sys.exit(1)


def settings() -> Settings:
    """The settings, and logging as they say; raises SettingsError."""
    read = read_settings()
    log.configure(read.log_format, read.log_level, read.secrets)
    return read
