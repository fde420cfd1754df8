"""Every table of the database, with what a row means; one module a theme."""

from storage.schema.air import air_files, air_papers, air_readings, drawings, rankings, sand_days
from storage.schema.assessments import assessments
from storage.schema.audit import audit, audit_head
from storage.schema.base import metadata
from storage.schema.calls import call_pushes, calls, findings, slots
from storage.schema.consequences import consequences
from storage.schema.delivery import chat_limits, inbox, outbox, uploads
from storage.schema.lookbacks import lookbacks
from storage.schema.members import chats, invitations, people, posts, wrong_codes
from storage.schema.orders import order_drafts, order_papers, order_replies, order_units, orders
from storage.schema.reports import albums, drafts, photos, reports
from storage.schema.running import asked, facts, instances
from storage.schema.tickets import counters, history, sites, ticket_grams, tickets
from storage.schema.works import works

__all__ = [
    "air_files",
    "air_papers",
    "air_readings",
    "albums",
    "asked",
    "assessments",
    "audit",
    "audit_head",
    "call_pushes",
    "calls",
    "chat_limits",
    "chats",
    "consequences",
    "counters",
    "drafts",
    "drawings",
    "facts",
    "findings",
    "history",
    "inbox",
    "instances",
    "invitations",
    "lookbacks",
    "metadata",
    "order_drafts",
    "order_papers",
    "order_replies",
    "order_units",
    "orders",
    "outbox",
    "people",
    "photos",
    "posts",
    "rankings",
    "reports",
    "sand_days",
    "sites",
    "slots",
    "ticket_grams",
    "tickets",
    "uploads",
    "works",
    "wrong_codes",
]
