"""Who is speaking and what they may do here: everything is refused that is not allowed by name."""

from domain.errors import Refusal
from domain.people import OF_A_TOWN, Person, Role
from handlers.desk import Desk
from handlers.said import ChatKind, Command, Press, Speaker

BINDING = frozenset({"bind", "unbind"})
BINDING_BUTTONS = BINDING | {"bindto", "bindno"}


class NotAMember(Refusal):
    """Somebody who has not joined asks for something."""


class NotAPerson(Refusal):
    """A bot, a channel or an administrator who hides behind the group speaks: nobody can be held to it."""


class NotAllowed(Refusal):
    """The post in which this person acts now does not give this right."""


class OnlyInPrivate(Refusal):
    """Something for the private chat was asked for elsewhere."""


class NotBound(Refusal):
    """A button was pressed in a group that is bound to nothing, under a card from the time when it was."""


class OnlyInGroups(Refusal):
    """Something for a group was asked for elsewhere."""


def person_speaking(desk: Desk) -> None:
    """Raises NotAPerson."""
    if desk.said.speaker is not Speaker.PERSON:
        raise NotAPerson


def member(desk: Desk) -> Person:
    """The member who speaks, by numeric id; raises NotAPerson or NotAMember."""
    person_speaking(desk)
    if desk.person is None:
        raise NotAMember
    return desk.person


def serving_as(desk: Desk, *roles: Role) -> Person:
    """The member who speaks, in one of these roles; raises NotAllowed, or what ``member`` raises."""
    person = member(desk)
    if person.post.role not in roles:
        raise NotAllowed
    return person


def office_only(desk: Desk) -> Person:
    """The member of the district's office who speaks; raises as ``serving_as``."""
    return serving_as(desk, Role.OFFICE)


def of_town(desk: Desk, town: str | None) -> Person:
    """The member who serves in this town, or the office; raises NotAllowed, or what ``member`` raises."""
    person = member(desk)
    own = town is not None and person.post.role in OF_A_TOWN and person.post.town == town
    if not own and person.post.role is not Role.OFFICE:
        raise NotAllowed
    return person


def in_private(desk: Desk) -> None:
    """Raises OnlyInPrivate."""
    if desk.said.chat_kind is not ChatKind.PRIVATE:
        raise OnlyInPrivate


def in_group(desk: Desk) -> None:
    """Raises OnlyInGroups."""
    if desk.said.chat_kind is not ChatKind.GROUP:
        raise OnlyInGroups


def pressed_here(desk: Desk, verb: str) -> None:
    """In a group that is bound to nothing only what binds it can be pressed; raises NotBound."""
    is_bound = desk.chat is not None and desk.chat.bound_to is not None
    if desk.said.chat_kind is not ChatKind.PRIVATE and not is_bound and verb not in BINDING_BUTTONS:
        raise NotBound


def speaks_here(desk: Desk) -> bool:
    """Whether the bot may open its mouth in this chat; in a group that is bound to nothing it is mute.

    Except to a member (or to whoever hides, to be told not to) who asks to bind it, and to a pressed button.
    """
    content = desk.said.content
    if desk.said.chat_kind is ChatKind.PRIVATE or isinstance(content, Press):
        return True
    if desk.said.chat_kind is ChatKind.CHANNEL:
        return False
    if desk.chat is not None and desk.chat.bound_to is not None:
        return True
    asks = isinstance(content, Command) and content.name in BINDING
    return asks and (desk.person is not None or desk.said.speaker is not Speaker.PERSON)
