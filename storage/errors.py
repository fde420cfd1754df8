"""What can go wrong with the database, in the words of the rest of the program."""

from sqlalchemy.exc import DBAPIError


class StorageError(Exception):
    """The database did not take a write or answer a read; nothing of the failed unit was kept."""


class StorageDown(StorageError):
    """The database cannot be reached, is locked, full or read-only: try again later."""


class StorageRefused(StorageError):
    """The database refused this very write (a broken rule of a table): trying again will not help."""


class TakenAlready(Exception):
    """Another unit of the same transaction moves this already: this one is to be done in the next."""


DATABASE_FAULTS = (
    DBAPIError,
    OSError,
)  # raised by a read in the middle of a transaction: the transaction is lost
