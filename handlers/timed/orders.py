"""Calls to mind the orders from above whose last day is near, each step once, to their units and the office."""

from datetime import datetime

from cards import orders as cards
from cards.orders import OrderFacts
from domain.deadline import quiet_until
from domain.order import reminder, reminder_key
from domain.push import PushClass
from domain.ticket import State
from handlers.desk import Office
from handlers.notice import notify
from handlers.order_people import office_people, people_of
from storage import orders
from storage.tx import Tx


async def remind_due(tx: Tx, office: Office, now: datetime) -> int:
    """Not in the quiet hours; returns about how many orders somebody was told."""
    if quiet_until(now, office.district.calls):
        return 0
    zone, told = office.district.basics.zone, 0
    for order, ticket in await orders.running(tx.c):
        if ticket.state is State.SUSPENDED or ticket.fix_due_at is None:
            continue
        days = reminder(order, ticket.fix_due_at, office.district.orders, zone, now)
        if days is not None:
            key = reminder_key(ticket.fix_due_at, days, zone)
            orders.reminded(tx, order.number, key)
            facts = OrderFacts(order, ticket, await orders.replies_of(tx.c, order.number))
            await _remind(tx, office, facts, days, now)
            told += 1
    return told


async def _remind(tx: Tx, office: Office, facts: OrderFacts, days: int, now: datetime) -> None:
    order = facts.order
    key = f"order-remind:{order.number}:{int(now.timestamp())}"
    notify(
        tx,
        office,
        [*await people_of(tx, office, order), *await office_people(tx)],
        key,
        lambda view: cards.reminder(view, facts, days),
        now=now,
        subject=f"order:{order.number}",
        push_class=PushClass.CRITICAL,
    )
