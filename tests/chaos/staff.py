"""The staff: everybody presses what the bot has shown to them, and sends what is asked for, through every move of a ticket."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from domain.geo import Point
from domain.people import Role
from tests.chaos.clock import ZONE
from tests.chaos.hand import NUMBER, PATIENCE_SECONDS, Hand, Json, tokens
from tests.chaos.scene import Member

# how eagerly a button is pressed where there are several; what is not here is pressed only as an answer to a question
EAGER = {
    "accept": 8,
    "fix": 6,
    "fix_on_the_spot": 6,
    "hand_over": 1,
    "not_ours": 1,
    "ask_extension": 2,
    "verify_close": 3,
    "outcome": 6,
    "send_back": 2,
    "grant_extension": 4,
    "refuse_extension": 3,
    "suspend": 0.7,
    "resume": 4,
    "reopen": 1.5,
    "refuse": 0.3,
    "move": 0.7,
    "see": 1,
    "lbsee": 4,
    "lbclear": 5,
    "lbback": 2,
    "ordsee": 1,
    "ordreply": 3,
}
STRONGER = {"move": 8.0}  # what the office does with a ticket that no town has
ANSWERS = frozenset(
    {"handto", "nowhy", "backwhy", "stoptill", "stopwhy", "moretill", "morewhy", "nomorewhy", "openwhy"}
    | {"because", "moveto", "outcome", "lbdone", "wunit", "wskip", "wsubmit"}
    | {"ordsource", "ordnodoc", "ordunit", "ordunits", "orddue", "ordsubmit"}
)
TYPED = frozenset({"nowhy", "backwhy", "stopwhy", "morewhy", "nomorewhy", "openwhy", "because"})
PROOFS = frozenset({"fix", "fix_on_the_spot"})
READY = ("wsubmit", "ordsubmit", "ordunits")  # what is pressed before anything beside it
ONCE_MORE = 0.1  # the share of presses that are made twice
TYPES = 0.2  # the share of reasons that are typed
OLD = 0.05  # the share of cards that are pressed though a newer one was shown
LOOKS_UP = {
    Role.INSPECTOR: 0.2,
    Role.OFFICE: 0.2,
}  # the share of turns in which a ticket is asked for by number
SOON = 0.7  # the share of suspensions that end within the run
ORDERS = 0.03  # the share of the office's turns in which it registers an order
STEPS = 12
STRAY = 3  # photos that came too late for what they were to show have begun so many reports, at most
REST_SECONDS = 0.5

Offer = tuple[Json, str]  # a message and one of its buttons


@dataclass(slots=True, kw_only=True)
class Staff(Hand):
    """``cards`` are the newest buttons of each ticket, look back or order; ``spot`` is where photos are taken."""

    member: Member
    spot: Point
    rest_seconds: float = REST_SECONDS
    cards: dict[str, tuple[int, Json]] = field(default_factory=dict)
    old: list[Json] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    _files: int = 0

    async def work(self, over: asyncio.Event) -> None:
        """One thing after the other, with rests, until it is ``over``; what was begun is finished."""
        while not over.is_set():
            self._keep(await self.look(self.rng.uniform(0.02, 2 * self.rest_seconds)))
            if self.member.post.role is Role.OFFICE and self.rng.random() < ORDERS:
                self.say(text="/order 示例工地扬尘未覆盖")
                await self._go_on(await self.look(PATIENCE_SECONDS / 5), "ordsource")
            elif self.numbers and self.rng.random() < LOOKS_UP.get(self.member.post.role, 0):
                self.say(text=self.rng.choice(self.numbers))
                shown = [one for one in await self.look(REST_SECONDS) if self._eager(one)]
                if shown:
                    await self._do(self._pick(shown[-1]))
            elif offer := self._choose():
                await self._do(offer)
        for _ in range(STRAY):
            self.say(text="/cancel")

    def _keep(self, seen: list[Json]) -> None:
        """Remember under what a ticket's newest buttons are."""
        for shown in seen:
            self.numbers += NUMBER.findall(shown.get("text") or shown.get("caption") or "")[:1]
            for token in tokens(shown):
                verb, about, *args = token.split(".")
                version = int(args[0]) if verb in EAGER and args[:1] and args[0].isdigit() else 0
                if verb in EAGER and version >= self.cards.get(about, (0, {}))[0]:
                    if about in self.cards and self.cards[about][1] is not shown:
                        self.old.append(self.cards[about][1])
                    self.cards[about] = version, shown

    def _choose(self) -> Offer | None:
        """A button of a card that was shown; now and then of one that is old."""
        if not self.cards:
            return None
        if self.old and self.rng.random() < OLD:
            shown = self.old.pop(self.rng.randrange(len(self.old)))
        else:
            shown = self.cards[self.rng.choice(list(self.cards))][1]
        return self._pick(shown)

    def _pick(self, shown: Json) -> Offer:
        found = self._eager(shown)
        return shown, self.rng.choices(found, [_weight(token, found) for token in found])[0]

    def _eager(self, shown: Json) -> list[str]:
        return [token for token in tokens(shown) if _verb(token) in EAGER]

    async def _do(self, offer: Offer) -> None:
        shown, token = offer
        verb = _verb(token)
        if self.rng.random() < ONCE_MORE:
            self.press(shown, token)
        seen = await self.pressed(shown, token)
        self._forget(shown, token)
        if verb in PROOFS and any("wcancel" in map(_verb, tokens(one)) for one in seen):
            self._send_proof()
            seen += await self.look(REST_SECONDS)
        elif verb in {"lbclear", "ordreply"} and not any(one.get("show_alert") for one in seen):
            self.send_photos(self._new_files(1))
            seen += await self.look(REST_SECONDS)
        await self._go_on(seen, verb)

    def _forget(self, shown: Json, token: str) -> None:
        """What was pressed is not pressed again, unless it is shown again."""
        about = token.split(".")[1]
        if self.cards.get(about, (0, None))[1] is shown and _verb(token) != "see":
            self.old.append(self.cards.pop(about)[1])

    async def _go_on(self, seen: list[Json], verb: str) -> None:
        """Answer what the bot asks, until it asks nothing more."""
        for _ in range(STEPS):
            self._keep(seen)
            offer = self._asked(seen)
            if offer is None:
                if verb == "wunit":
                    self.say(text=f"{self.rng.randrange(1, 200)}")
                elif verb == "lbclear":
                    self.send_place(self.spot)
                else:
                    return
                verb, seen = "", await self.look(REST_SECONDS)
                continue
            shown, token = offer
            verb = _verb(token)
            if verb in TYPED and self.rng.random() < TYPES:
                self.say(text="现场核实的情况见照片")
                seen = await self.look(REST_SECONDS)
            elif verb == "stoptill" and self.rng.random() < SOON:
                self.say(text=self._soon())
                seen = await self.look(REST_SECONDS)
            else:
                seen = await self.pressed(shown, token)

    def _asked(self, seen: list[Json]) -> Offer | None:
        """A button that answers what was asked last."""
        for shown in reversed(seen):
            found = [token for token in tokens(shown) if _verb(token) in ANSWERS]
            ready = [token for wanted in READY for token in found if _verb(token) == wanted]
            if found and not self._only_skips(found):
                return shown, ready[0] if ready else self.rng.choice(found)
        return None

    def _soon(self) -> str:
        """A moment as people type it, which comes in a few seconds of the run."""
        until = self.telegram.clock.now().astimezone(ZONE) + timedelta(minutes=self.rng.randint(2, 5))
        return f"{until:%-m月%-d日 %H:%M}"

    def _only_skips(self, found: list[str]) -> bool:
        """Whether a number is waited for, which is typed most of the time."""
        return {_verb(token) for token in found} == {"wskip"} and self.rng.random() > TYPES

    def _send_proof(self) -> None:
        self.send_photos(self._new_files(self.rng.choice((1, 1, 2))))
        if self.rng.random() < 0.5:
            self.send_place(self.spot)

    def _new_files(self, count: int) -> list[str]:
        self._files += 1
        return [f"s{self.id}-{self._files}-{part}" for part in range(count)]


def _verb(token: str) -> str:
    return token.split(".", maxsplit=1)[0]


def _weight(token: str, found: list[str]) -> float:
    verb = _verb(token)
    is_office = verb in STRONGER and not any(_verb(one) in {"accept", "fix"} for one in found)
    return STRONGER[verb] if is_office else EAGER[verb]
