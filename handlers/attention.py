"""What a person is busy with: a photo or words belong to what was touched last."""

from datetime import datetime, timedelta

from domain.lookback import Stand
from handlers.desk import Desk
from storage import lookbacks, orders, works

LOOK_BACK_WAITS = timedelta(hours=2)


async def elsewhere_since(desk: Desk, at: datetime) -> bool:
    """Whether this person has touched something in this chat after ``at``: a report, a work, a look back, an order."""
    me = desk.said.person_id
    if desk.drafts and desk.drafts[0].touched_at > at:
        return True
    work = await works.open_of(desk.tx.c, me)
    if work and work[0].touched_at > at:
        return True
    look = await lookbacks.answering(desk.tx.c, me, desk.now - LOOK_BACK_WAITS)
    if look and look.state is Stand.ANSWERING and look.answered_at and look.answered_at > at:
        return True
    order = await orders.open_draft(desk.tx.c, desk.said.chat_id, me)
    return order is not None and order.touched_at > at
