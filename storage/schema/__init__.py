"""Every table of the database, with what a row means; one module a theme."""

from storage.schema.base import metadata
from storage.schema.delivery import chat_limits, inbox, outbox, uploads
from storage.schema.members import chats, invitations, people, posts, wrong_codes
from storage.schema.reports import albums, drafts, photos, reports
from storage.schema.running import asked, facts, instances
from storage.schema.tickets import counters, history, sites, ticket_grams, tickets

__all__ = [
    "albums",
    "asked",
    "chat_limits",
    "chats",
    "counters",
    "drafts",
    "facts",
    "history",
    "inbox",
    "instances",
    "invitations",
    "metadata",
    "outbox",
    "people",
    "photos",
    "posts",
    "reports",
    "sites",
    "ticket_grams",
    "tickets",
    "uploads",
    "wrong_codes",
]
