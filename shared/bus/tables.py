"""The tables that every service has beside its own: outbox, positions, answers, sealing check."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

from shared.bus.inbox import tables as _inbox
from shared.runtime.database import NAMING, NOW, Instant, Json

MESSAGING = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    MESSAGING,
    Column("position", BigInteger, Identity(), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=NOW),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("retry_at", Instant),
    Index(
        "ix_outbox_held_back", "subject", "retry_at", postgresql_where=text("retry_at IS NOT NULL")
    ),
    comment="Events not yet on the bus; a row goes when the bus has confirmed it",
)

consumed_positions = Table(
    "consumed_positions",
    MESSAGING,
    Column("stream", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    comment="How far this service's copies of other services' aggregates are",
)

published_positions = Table(
    "published_positions",
    MESSAGING,
    Column("stream", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    comment="The last sequence given out per aggregate",
)

answers = Table(
    "answers",
    MESSAGING,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("answer", Json),
    Column("created_at", Instant, nullable=False),
    comment="Idempotency keys with the answer that their first call got",
)


sealing_check = Table(
    "sealing_check",
    MESSAGING,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("since", Instant, nullable=False, server_default=NOW),
    comment="One row, sealed with the key of this database: what does not open it may not start",
)


def add_messaging_tables(metadata: MetaData) -> None:
    """Add copies of these tables to a service's metadata."""
    for table in (*MESSAGING.sorted_tables, *_inbox.INBOX.sorted_tables):
        table.to_metadata(metadata)
