"""The database that the handlers' tests share the making of."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.db import Database
from tests.support.desk import fresh_db


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_db(tmp_path) as database:
        yield database
