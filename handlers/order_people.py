"""Who is concerned by an order from above: the people of its units, and what each may do with it."""

from dataclasses import replace

from domain.order import Order
from domain.people import Person, Role
from domain.permission import Action, may
from domain.ticket import Ticket
from handlers.desk import Office
from storage import people
from storage.tx import Tx

OF_A_TOWN = (Role.TOWN_STAFF, Role.TOWN_LEADER)


async def people_of(tx: Tx, office: Office, order: Order) -> list[Person]:
    """Staff and leaders of its towns, and the staff of its bureaus."""
    towns = {town.code for town in office.district.towns}
    found: list[Person] = []
    for unit in order.units:
        if unit in towns:
            found += await tx.once(people.serving, OF_A_TOWN, unit)
        else:
            staff = await tx.once(people.serving, (Role.BUREAU_STAFF,), None)
            found += [person for person in staff if person.post.unit == unit]
    return found


async def office_people(tx: Tx) -> list[Person]:
    return await tx.once(people.serving, (Role.OFFICE,), None)


def may_for(person: Person, action: Action, order: Order, ticket: Ticket) -> bool:
    """Whether the person may do this with the ticket, or might if it were that of one of the order's other units."""
    return may(person, action, ticket) or any(
        may(person, action, replace(ticket, town=unit, bureau=unit)) for unit in order.units
    )
