"""Cards about people: joining, invitations, and the post in which somebody acts."""

from collections.abc import Sequence
from datetime import datetime

from cards.catalogue import Html, label, say
from cards.layout import columns
from cards.when import stamp
from domain.button import Sealer
from domain.district import Bureau, District, Town
from domain.invitation import LIVES, Standing
from domain.message import Button, Message, Style
from domain.people import OF_A_UNIT, Post, Role

HOUR_SECONDS = 3600


def district_name(language: str, district: District) -> str:
    """The district as people call it."""
    return district.basics.name_en if language == "en" else district.basics.name


def place_name(language: str, district: District, code: str) -> str:
    """The name of a town or bureau; the code itself when the district has no such place any more."""
    places: tuple[Town | Bureau, ...] = (*district.towns, *district.bureaus)
    for place in places:
        if place.code == code:
            return place.name_en if language == "en" else place.name
    return code


def role_name(language: str, role: Role) -> str:
    """A role as people call it."""
    return label(language, f"people.role_{role}")


def post_name(language: str, district: District, post: Post) -> str:
    """Place and role, or the role alone where it is of the whole district."""
    place, role = post.town or post.unit, role_name(language, post.role)
    return (
        label(language, "people.post", place=place_name(language, district, place), role=role)
        if place
        else role
    )


def sentence(language: str, key: str, **values: object) -> Message:
    """A message of one sentence of this topic."""
    return Message(say(language, f"people.{key}", **values))


def join_ask(
    language: str, district: District, post: Post, *, code_hash: str, more: bool, seal: Sealer
) -> Message:
    """What joining means, before it happens; ``more`` for a member who gets a further post."""
    key = "people.join_ask_more" if more else "people.join_ask"
    name = district_name(language, district)
    text = say(language, key, post=post_name(language, district, post), district=name)
    yes = Button(label(language, "people.join_yes"), seal("join", code_hash), style=Style.SUCCESS)
    return Message(text, ((yes, Button(label(language, "people.join_no"), seal("notme", code_hash))),))


def joined(language: str, district: District, post: Post) -> Message:
    """The question after it was answered."""
    return sentence(language, "joined", post=post_name(language, district, post))


def welcome(language: str, name: str, help_card: Message) -> Message:
    """The new member by name, then what they can do."""
    text = Html(say(language, "people.welcome", name=name) + "\n" + help_card.text)
    return Message(text, help_card.buttons)


def how_to_join(language: str, district: District) -> Message:
    """For somebody who is no member."""
    return sentence(language, "how_to_join", district=district_name(language, district))


def code_refused(language: str, standing: Standing) -> Message:
    """Why a code is not taken."""
    return sentence(language, f"code_{standing}")


def code_note(language: str, standing: Standing) -> str:
    """The same as a short note for a pressed button."""
    return label(language, f"people.code_{standing}")


def invite_role(language: str, roles: Sequence[Role], seal: Sealer) -> Message:
    """Whom to invite."""
    buttons = [Button(role_name(language, role), seal("inv", role)) for role in roles]
    text = say(language, "people.invite_role", hours=int(LIVES.total_seconds() // HOUR_SECONDS))
    return Message(text, columns(buttons, 2))


def invite_place(language: str, district: District, role: Role, seal: Sealer) -> Message:
    """Of which town, or of which bureau."""
    places = [place.code for place in (district.bureaus if role in OF_A_UNIT else district.towns)]
    buttons = [Button(place_name(language, district, code), seal("inv", role, code)) for code in places]
    return Message(say(language, "people.invite_place", role=role_name(language, role)), columns(buttons, 2))


def invitation(language: str, district: District, post: Post, *, link: str, until: datetime) -> Message:
    """The link itself; ``until`` in any zone."""
    name = post_name(language, district, post)
    return sentence(
        language, "invitation", post=name, until=stamp(language, until, district.basics.zone), link=link
    )


def link(bot_name: str, code: str) -> str:
    """The deep link that carries a code."""
    return f"https://t.me/{bot_name}?start={code}"


def post_ask(language: str, district: District, posts: Sequence[Post], now: Post, seal: Sealer) -> Message:
    """The posts of somebody who has several."""
    names = [(post, post_name(language, district, post)) for post in posts if post.id is not None]
    buttons = [Button(name, seal("post", str(post.id))) for post, name in names if post.id != now.id]
    text = say(language, "people.post_ask", count=len(posts), post=post_name(language, district, now))
    return Message(text, columns(buttons, 1))
