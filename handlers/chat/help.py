"""Help: what somebody can do in the post in which they act, and changing that post."""

from cards import groups as group_cards
from cards import help as cards
from cards import people as people_cards
from domain.message import Message
from domain.people import Person
from handlers.access import in_private, member, person_speaking, speaks_here
from handlers.desk import Desk
from handlers.said import ChatKind
from storage import people


async def show(desk: Desk, _argument: str = "") -> None:
    """The help of the member's post; in a group what the bot does there."""
    person_speaking(desk)
    if desk.said.chat_kind is ChatKind.PRIVATE:
        person = member(desk)
        desk.say(help_card(desk, person, has_more_posts=len(await people.posts_of(desk.tx.c, person.id)) > 1))
    elif desk.chat and desk.chat.bound_to and speaks_here(desk):
        place = group_cards.bound_name(desk.language, desk.office.district, desk.chat.bound_to)
        hears_all = desk.office.sees_all_messages or desk.chat.bot_status == "administrator"
        desk.say(cards.group_help(desk.language, place, desk.office.bot_name, hears_all=hears_all))


def help_card(desk: Desk, person: Person, *, has_more_posts: bool) -> Message:
    """The help of this person's post."""
    return cards.help_card(
        person.language, desk.office.district, person.post, has_more_posts=has_more_posts, seal=desk.seal
    )


async def ask_post(desk: Desk, _args: tuple[str, ...]) -> None:
    """Show the posts to choose from."""
    in_private(desk)
    person = member(desk)
    posts = await people.posts_of(desk.tx.c, person.id)
    desk.answer()
    desk.say(people_cards.post_ask(desk.language, desk.office.district, posts, person.post, desk.seal))


async def switch_post(desk: Desk, args: tuple[str, ...]) -> None:
    """Act in another post from now on; one that has ended since only gets the list again."""
    in_private(desk)
    person = member(desk)
    chosen = {str(post.id): post for post in await people.posts_of(desk.tx.c, person.id)}.get(args[0])
    if chosen is None or chosen.id is None:
        await ask_post(desk, ())
        return
    people.use_post(desk.tx, person.id, chosen.id)
    name = people_cards.post_name(desk.language, desk.office.district, chosen)
    desk.answer()
    desk.edit(people_cards.sentence(desk.language, "post_now", post=name))


COMMANDS = {"help": show}
PRESSES = {"posts": ask_post, "post": switch_post}
