"""Registering an order from above: a document or words, what is missing is asked for, then it is checked."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from cards import order_making as cards
from cards import orders as order_cards
from cards.catalogue import Html
from cards.orders import OrderFacts
from cards.words import command_of
from domain.order import Need, OrderDraft
from domain.order_reading import Heard, as_document, hear
from domain.permission import Action, may
from domain.push import PushClass
from domain.ticket import Source
from handlers import asking, moving
from handlers.access import NotAllowed, in_private, member
from handlers.attention import elsewhere_since
from handlers.chat import order_replies, order_submit
from handlers.desk import Desk
from handlers.order_papers import is_document, owe_photo, paper_of
from handlers.said import Content, PhotoSent, Words
from storage import orders, photos, tickets
from storage.busy import Busy

PATIENCE = timedelta(minutes=30)  # how long what is sent belongs to the order in the making
SHORTEST_NAME = 3  # of a bureau in running text: shorter ones are parts of other words
Args = tuple[str, ...]


async def begin(desk: Desk, argument: str) -> None:
    """``/order``: the office registers one; everybody else sees those of the own unit."""
    person = member(desk)
    in_private(desk)
    if not may(person, Action.REGISTER_ORDER):
        await order_replies.listed(desk, "")
        return
    draft = _new(desk)
    if not argument.strip():
        orders.save_draft(desk.tx, draft)
        desk.say(order_cards.plain(moving.view(desk), "begin"))
        return
    draft, heard = _learn(desk, draft, argument)
    await _ask(desk, draft, passed=heard.passed)


async def takes(desk: Desk, content: Content) -> bool:
    """Words or a paper that belong to an order or to its answer; False when they belong to something else."""
    person = desk.person
    if person is None or desk.said.edited or not isinstance(content, PhotoSent | Words):
        return False
    draft = None
    if Busy.ORDER in desk.busy:
        draft = await orders.open_draft(desk.tx.c, desk.said.chat_id, desk.said.person_id)
    if draft and (desk.now - draft.touched_at > PATIENCE or await elsewhere_since(desk, draft.touched_at)):
        draft = None
    if draft and draft.number:
        return isinstance(content, PhotoSent) and await order_replies.paper(desk, draft, content)
    if isinstance(content, PhotoSent):
        rest = _ordered(content.caption)
        if not may(person, Action.REGISTER_ORDER) or not (draft or rest is not None or is_document(content)):
            return False
        again = draft is not None and rest is None
        await _paper(desk, draft if draft and again else _new(desk), content, rest)
        return True
    return draft is not None and await _words(desk, draft, content.text)


async def _paper(desk: Desk, draft: OrderDraft, sent: PhotoSent, rest: str | None) -> None:
    paper = paper_of(desk, sent)
    owe_photo(desk, draft.id, paper, sent)
    grown = replace(draft.with_paper(paper), album=sent.album)
    text = sent.caption if rest is None else rest
    grown, heard = _learn(desk, grown, text) if text else (grown, Heard())
    await _ask(desk, grown, passed=heard.passed, album=sent.album is not None)


async def _words(desk: Desk, draft: OrderDraft, text: str) -> bool:
    """What is typed answers what was asked for last; False where it says nothing about an order."""
    waiting = await asking.last(desk)
    if waiting and waiting.at > draft.touched_at:
        return False
    learnt, heard = _learn(desk, draft, text)
    known = replace(learnt, words=draft.words) != draft
    if draft.need is Need.DOCUMENT and not known:
        learnt = replace(draft, document=as_document(text))
    elif draft.need is Need.WORDS or (not known and draft == _blank(draft)):
        learnt = learnt if known else replace(draft, words=text.strip())
    elif not known and draft.need is not Need.DUE:
        return False
    elif not known:
        learnt = draft
        await _ask(desk, learnt, passed=heard.passed, unread=True)
        return True
    await _ask(desk, learnt, passed=heard.passed)
    return True


def _blank(draft: OrderDraft) -> OrderDraft:
    """The same before anything was said about it."""
    return replace(draft, source=None, document=None, units=(), due=None, words="", papers=())


def _learn(desk: Desk, draft: OrderDraft, text: str) -> tuple[OrderDraft, Heard]:
    """Take from words what they plainly say; what was told before is replaced by what is told now."""
    heard = hear(text, cards.order_words(), today(desk))
    units = _units(desk, text)
    learnt = replace(
        draft,
        source=heard.source or draft.source,
        document=heard.document or draft.document,
        due=heard.due or draft.due,
        units=units or draft.units,
        units_chosen=draft.units_chosen or bool(units),
        words=heard.rest if not draft.words else draft.words,
    )
    return learnt, heard


def _units(desk: Desk, text: str) -> tuple[str, ...]:
    """The towns and bureaus that a text names, in that order."""
    towns = [hit.item.key for hit in desk.office.towns.find(text) if hit.sure]
    bureaus = [
        bureau.code
        for bureau in desk.office.district.bureaus
        if any(len(name) >= SHORTEST_NAME and name in text for name in bureau.all_names)
    ]
    return tuple(dict.fromkeys([*towns, *bureaus]))


async def _ask(
    desk: Desk,
    draft: OrderDraft,
    *,
    passed: date | None = None,
    unread: bool = False,
    album: bool = False,
) -> None:
    """Ask for what is missing, or show the whole; a document that is registered already is said first."""
    view = moving.view(desk)
    draft = replace(draft, version=draft.version + 1, touched_at=desk.now)
    orders.save_draft(desk.tx, draft)
    same = await orders.by_document(desk.tx.c, draft.document) if draft.document and not draft.apart else []
    if same:
        found = await tickets.by_numbers(desk.tx.c, [one.number for one in same])
        message = cards.known(view, draft, [(one, found[one.number]) for one in same])
    elif draft.need is Need.CHECK:
        message = cards.check(view, draft, order_submit.category_of(desk, draft))
    else:
        trouble: Html | None = cards.passed(view, passed) if passed or unread else None
        message = cards.ask(view, draft, today(desk), trouble=trouble)
    settle = desk.office.district.basics.album_settle if album else timedelta(0)
    desk.say(message, subject=f"order-ask:{draft.id}", wait=settle, push_class=PushClass.REPLY)


def today(desk: Desk) -> date:
    return desk.now.astimezone(desk.office.district.basics.zone).date()


def _ordered(caption: str) -> str | None:
    """What a caption says after the word for an order; None where it does not begin with it."""
    found = command_of(caption)
    return found[1] if found and found[0] == "order" else None


def _new(desk: Desk) -> OrderDraft:
    return OrderDraft(
        id=desk.office.new_id(), chat_id=desk.said.chat_id, person_id=desk.said.person_id, touched_at=desk.now
    )


async def _own(desk: Desk, args: Args) -> OrderDraft | None:
    """The open draft of a button; otherwise the press is answered and does nothing. Raises NotAllowed."""
    person = member(desk)
    in_private(desk)
    if not may(person, Action.REGISTER_ORDER):
        raise NotAllowed
    desk.tx.take(f"order:{args[0]}")
    draft = await orders.draft(desk.tx.c, args[0])
    if draft is None or draft.person_id != person.id or draft.state != "open":
        desk.answer(order_cards.plain(moving.view(desk), "gone").text)
        return None
    return draft


async def _source(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        await _ask(desk, replace(draft, source=Source(args[1])))


async def _no_document(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        await _ask(desk, replace(draft, unnumbered=True))


async def _unit(desk: Desk, args: Args) -> None:
    """Choose a unit, or take the choice back."""
    if draft := await _own(desk, args):
        kept = tuple(unit for unit in draft.units if unit != args[1])
        units = kept if args[1] in draft.units else (*draft.units, args[1])
        chosen = replace(draft, units=units, units_chosen=False, touched_at=desk.now)
        orders.save_draft(desk.tx, chosen)
        desk.edit(cards.ask(moving.view(desk), chosen, today(desk)))


async def _units_done(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        await _ask(desk, replace(draft, units_chosen=True))


async def _due(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        day = datetime.strptime(args[1], "%Y%m%d").date()  # noqa: DTZ007  # a local day has no zone
        await _ask(desk, replace(draft, due=day if day >= today(desk) else None))


async def _change(desk: Desk, args: Args) -> None:
    """Take back one thing that was told, so that it is asked for again."""
    if draft := await _own(desk, args):
        emptied = {
            Need.SOURCE: replace(draft, source=None),
            Need.DOCUMENT: replace(draft, document=None, unnumbered=False),
            Need.UNIT: replace(draft, units_chosen=False),
            Need.DUE: replace(draft, due=None),
            Need.WORDS: replace(draft, words="", papers=()),
        }
        await _ask(desk, emptied[Need(args[1])])


async def _apart(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        await _ask(desk, replace(draft, apart=True))


async def _cancel(desk: Desk, args: Args) -> None:
    if draft := await _own(desk, args):
        orders.save_draft(desk.tx, replace(draft, state="cancelled", version=draft.version + 1))
        photos.drop(desk.tx, draft.id)
        desk.edit(order_cards.plain(moving.view(desk), "cancelled"))


async def _submit(desk: Desk, args: Args) -> None:
    draft = await _own(desk, args)
    if draft is None:
        return
    if draft.need is not Need.CHECK or str(draft.version) != args[1]:
        desk.answer(order_cards.plain(moving.view(desk), "changed").text)
        await _ask(desk, draft)
        return
    order, ticket = await order_submit.submit(desk, draft)
    desk.edit(order_cards.registered(moving.view(desk), OrderFacts(order, ticket)))


COMMANDS = {"order": begin}
PRESSES = {
    "ordsource": _source,
    "ordnodoc": _no_document,
    "ordunit": _unit,
    "ordunits": _units_done,
    "orddue": _due,
    "ordchange": _change,
    "ordapart": _apart,
    "ordcancel": _cancel,
    "ordsubmit": _submit,
}
