"""The help of each role, the choice of language, and the words of the command menu."""

from cards.catalogue import Html, label, say
from cards.people import post_name
from domain.button import Sealer
from domain.district import District
from domain.message import Button, Message
from domain.people import Post, Role

OWN_NAMES = {"zh": "中文", "en": "English"}  # each language in its own words


def help_card(
    language: str, district: District, post: Post, *, has_more_posts: bool, seal: Sealer
) -> Message:
    """What somebody in this post can do."""
    lines = [
        say(language, "help.now_as", post=post_name(language, district, post)),
        say(language, f"help.can_{post.role}"),
    ]
    if post.role in {Role.TOWN_STAFF, Role.TOWN_LEADER}:
        lines.append(say(language, "help.invites"))
    lines.append(say(language, "help.more"))
    switch = Button(label(language, "help.switch_post"), seal("posts"))
    return Message(Html("\n".join(lines)), ((switch,),) if has_more_posts else ())


def group_help(language: str, place: str, bot_name: str, *, hears_all: bool) -> Message:
    """What the bot does in this group."""
    lines = [say(language, "help.in_group", place=place)]
    if not hears_all:
        lines.append(say(language, "help.hears_little", bot=bot_name))
    return Message(Html("\n".join(lines)))


def language_ask(language: str, seal: Sealer) -> Message:
    """The languages, each in its own words."""
    buttons = tuple(Button(name, seal("lang", code)) for code, name in OWN_NAMES.items())
    return Message(say(language, "help.language_ask"), (buttons,))


def language_now(language: str) -> Message:
    """Said in the language just chosen."""
    return Message(say(language, "help.language_now"))


def menu_words(language: str, command: str) -> str:
    """What the command menu says beside a command."""
    return label(language, f"help.menu_{command}")
