"""On which database the tests run, and how many examples the property tests try.

``--postgres`` starts a server of its own, unless LANXUN_TEST_DATABASE_URL names one; ``--hypothesis-profile=long`` is
for those who have the time.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support import databases
from tests.support.postgres import SERVER, Server

settings.register_profile("long", max_examples=2000, deadline=None)
_server = pytest.StashKey[Server]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on PostgreSQL what does not name SQLite")


def pytest_configure(config: pytest.Config) -> None:
    is_first = not hasattr(config, "workerinput")
    if is_first and config.getoption("postgres") and not databases.on_postgres():
        config.stash[_server] = Server.make()
        os.environ[SERVER] = config.stash[_server].url


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_server, None):
        server.remove()


def pytest_sessionfinish() -> None:
    databases.drop_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if databases.on_postgres():
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="about SQLite itself"))


@pytest.fixture(autouse=True)
def _databases_are_given_back() -> Iterator[None]:
    yield
    databases.take_back()
