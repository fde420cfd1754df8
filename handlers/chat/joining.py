"""Joining: a code is shown what it means, taken by a press, and handed out by those who may."""

from datetime import datetime, timedelta
from secrets import token_bytes

from cards import people as cards
from domain.errors import Refusal
from domain.invitation import (
    LIVES,
    RANDOM_BYTES,
    WRONG_BY_ALL,
    Guesses,
    Invitation,
    Standing,
    code_from,
    hash_of,
    is_whole,
    judge,
    may_invite,
    must_wait,
    roles_to_give,
)
from domain.people import OF_A_TOWN, OF_A_UNIT, Person, Post, Role
from domain.push import PushClass
from handlers.access import NotAllowed, in_private, member, person_speaking, speaks_here
from handlers.chat import help as help_talk
from handlers.chat import report as report_talk
from handlers.desk import Desk
from handlers.office import tell_office
from handlers.said import ChatKind
from storage import invitations, people
from storage.tx import Tx

TO_REPORT = "report"  # what the button in a group leads to, and no code


class PostNotWhole(Refusal):
    """A post needs its town or bureau, and only the one that belongs to its role."""


def make_invitation(
    tx: Tx, now: datetime, post: Post, *, created_by: int | None = None, lives: timedelta = LIVES
) -> tuple[str, Invitation]:
    """A new invitation and its code, which is kept nowhere; raises PostNotWhole."""
    if not is_whole(post):
        raise PostNotWhole
    code = code_from(token_bytes(RANDOM_BYTES))
    invitation = Invitation(hash_of(code), post, now, created_by, now + lives)
    invitations.create(tx, invitation)
    return code, invitation


async def start(desk: Desk, argument: str) -> None:
    """Somebody opens the bot, perhaps by an invitation's link. Nothing happens before they confirm."""
    person_speaking(desk)
    if desk.said.chat_kind is not ChatKind.PRIVATE:
        await _started_in_group(desk, argument)
    elif argument == TO_REPORT:
        await (report_talk.begin(desk, "") if desk.person else stranger(desk))
    elif argument:
        await _show_invitation(desk, argument)
    elif desk.person:
        await help_talk.show(desk)
    else:
        await stranger(desk)


async def stranger(desk: Desk) -> None:
    """Somebody who is no member said something: how to join, and nothing is made of what was said."""
    if desk.said.chat_kind is ChatKind.PRIVATE:
        card = cards.how_to_join(desk.language, desk.office.district)
        desk.say(card, subject=f"stranger:{desk.said.chat_id}")
    elif desk.said.addressed and speaks_here(desk):
        desk.say(cards.sentence(desk.language, "how_to_join_short"))


async def confirm(desk: Desk, args: tuple[str, ...]) -> None:
    """The code is taken, exactly once, and its post given."""
    in_private(desk)
    person_speaking(desk)
    invitation, standing = await _look_up(desk, args[0])
    if standing is Standing.YOURS:
        desk.answer(cards.code_note(desk.language, standing))
        return
    if standing is Standing.GOOD and not await invitations.take(
        desk.tx, args[0], desk.said.person_id, desk.now
    ):
        standing = Standing.USED
    desk.answer()
    if invitation is None or standing is not Standing.GOOD:
        desk.edit(cards.code_refused(desk.language, standing))
        return
    await _welcome(desk, invitation)


async def turn_down(desk: Desk, args: tuple[str, ...]) -> None:
    """The link reached the wrong person, who has seen the code: it is made void."""
    in_private(desk)
    person_speaking(desk)
    invitations.void(desk.tx, args[0], desk.now)
    desk.answer()
    desk.edit(cards.sentence(desk.language, "turned_down"))


async def invite(desk: Desk, _argument: str) -> None:
    """Ask whom to invite; raises NotAllowed for those who may invite nobody."""
    in_private(desk)
    roles = roles_to_give(member(desk).post)
    if not roles:
        raise NotAllowed
    desk.say(cards.invite_role(desk.language, roles, desk.seal))


async def invite_pressed(desk: Desk, args: tuple[str, ...]) -> None:
    """A role, or a role and a place, was pressed: ask for the place, or hand out the link."""
    in_private(desk)
    person, role = member(desk), Role(args[0])
    if role not in roles_to_give(person.post):
        raise NotAllowed
    if len(args) == 1 and person.post.role is Role.OFFICE and role in OF_A_TOWN | OF_A_UNIT:
        desk.answer()
        desk.edit(cards.invite_place(desk.language, desk.office.district, role, desk.seal))
        return
    place = args[1] if len(args) > 1 else person.post.town
    post = Post(role, town=place if role in OF_A_TOWN else None, unit=place if role in OF_A_UNIT else None)
    if not may_invite(person.post, post):
        raise NotAllowed
    _hand_out(desk, person, post)


def _hand_out(desk: Desk, person: Person, post: Post) -> None:
    code, made = make_invitation(desk.tx, desk.now, post, created_by=person.id)
    district, link = desk.office.district, cards.link(desk.office.bot_name, code)
    desk.answer()
    name = cards.post_name(desk.language, district, post)
    desk.edit(cards.sentence(desk.language, "invited", post=name))
    card = cards.invitation(desk.language, district, post, link=link, until=made.expires_at)
    desk.say(card, push_class=PushClass.ONCE)


async def _started_in_group(desk: Desk, argument: str) -> None:
    # everybody in the group has read the code, and the first of them would get the post: it must not stay good
    if argument:
        invitations.void(desk.tx, hash_of(argument), desk.now)
    if speaks_here(desk):
        key = "code_in_group" if argument else "how_to_join_short"
        desk.say(cards.sentence(desk.language, key))


async def _show_invitation(desk: Desk, code: str) -> None:
    guesses = await invitations.guesses(desk.tx.c, desk.said.person_id, desk.now)
    if must_wait(guesses, desk.now):
        desk.say(cards.code_refused(desk.language, Standing.WAIT), subject=f"wait:{desk.said.chat_id}")
        return
    invitation, standing = await _look_up(desk, hash_of(code))
    if standing is Standing.UNKNOWN:
        await _count_wrong(desk, guesses)
    if invitation is None or standing is not Standing.GOOD:
        desk.say(cards.code_refused(desk.language, standing))
        return
    ask = cards.join_ask(
        desk.language,
        desk.office.district,
        invitation.post,
        code_hash=invitation.code_hash,
        more=desk.person is not None,
        seal=desk.seal,
    )
    desk.say(ask)


async def _look_up(desk: Desk, code_hash: str) -> tuple[Invitation | None, Standing]:
    invitation = await invitations.by_hash(desk.tx.c, code_hash)
    return invitation, judge(invitation, desk.said.person_id, desk.now)


async def _count_wrong(desk: Desk, before: Guesses) -> None:
    await invitations.count_wrong(desk.tx, desk.said.person_id, desk.now)
    if before.by_all + 1 >= WRONG_BY_ALL:
        await tell_office(
            desk,
            f"guessing:{desk.now:%Y%m%d%H}",
            lambda language: cards.sentence(language, "guessing", count=WRONG_BY_ALL),
        )


async def _welcome(desk: Desk, invitation: Invitation) -> None:
    new = Person(desk.said.person_id, desk.said.person_name, desk.language, invitation.post, desk.now)
    person = await people.join(desk.tx, new, invitation.created_by)
    posts = await people.posts_of(desk.tx.c, person.id)
    desk.edit(cards.joined(person.language, desk.office.district, person.post))
    help_card = help_talk.help_card(desk, person, has_more_posts=len(posts) > 1)
    desk.say(cards.welcome(person.language, person.name, help_card))


COMMANDS = {"start": start, "invite": invite}
PRESSES = {"join": confirm, "notme": turn_down, "inv": invite_pressed}
