"""The bus. This is its front door: services import nothing else of it."""

from shared.bus.inbox.job import Job
from shared.bus.positions import (
    all_consumed_positions,
    consumed_position,
    published_position,
    published_positions,
    published_sequence,
)
from shared.bus.retry_policy import NotAgain, TooEarly
from shared.bus.subscriptions import on, on_every, work
from shared.bus.tables import add_messaging_tables
from shared.bus.transaction import Transaction, Transactions

__all__ = [
    "Job",
    "NotAgain",
    "TooEarly",
    "Transaction",
    "Transactions",
    "add_messaging_tables",
    "all_consumed_positions",
    "consumed_position",
    "on",
    "on_every",
    "published_position",
    "published_positions",
    "published_sequence",
    "work",
]
