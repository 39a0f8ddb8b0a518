"""Messages to callers: an outbox in the database, and the gateways that empty it."""

from services.messages.gateways import Gateway, NotSent, Outcome, gateways
from services.messages.outbox import CHANNELS, EMAIL, Message, MessageState, Outbox, Report
from services.messages.papers import papers_text
from services.messages.segments import segments

__all__ = [
    "CHANNELS",
    "EMAIL",
    "Gateway",
    "Message",
    "MessageState",
    "NotSent",
    "Outbox",
    "Outcome",
    "Report",
    "gateways",
    "papers_text",
    "segments",
]
