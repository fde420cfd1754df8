"""What a button carries: a verb with arguments, sealed for one chat so that nobody can make or move one."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

LONGEST = 64  # bytes that a button may carry
SEAL = 8  # characters: 48 bits, guessed online only


@dataclass(frozen=True, slots=True)
class Pressed:
    """A genuine button: its verb and arguments."""

    verb: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes the buttons of one chat. Arguments are short ASCII words without a full stop."""

    key: bytes
    chat_id: int

    def __call__(self, verb: str, *args: str | int) -> str:
        """Seal a button; raises ValueError when it would not fit into 64 bytes."""
        body = ".".join([verb, *map(str, args)])
        token = f"{body}.{self._seal(body)}"
        if len(token) > LONGEST or not token.isascii():
            message = f"a button cannot carry {body!r}"
            raise ValueError(message)
        return token

    def open(self, token: str) -> Pressed | None:
        """Read a button back; None when it was not made by us for this chat."""
        body, _, seal = token.rpartition(".")
        if not body or not hmac.compare_digest(seal.encode(), self._seal(body).encode()):
            return None
        verb, *args = body.split(".")
        return Pressed(verb, tuple(args))

    def _seal(self, body: str) -> str:
        digest = hashlib.blake2s(f"{self.chat_id}.{body}".encode(), key=self.key, digest_size=6).digest()
        return urlsafe_b64encode(digest).decode()
