"""The tables that every service has beside its own: outbox, inbox, sequences, answers, check."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from shared.runtime.database import NAMING, Instant, Json

MESSAGING = MetaData(naming_convention=NAMING)

NOW = text("now()")
"""The database's clock: those of a service's processes may differ."""

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

inbox = Table(
    "inbox",
    MESSAGING,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("state", Text, nullable=False, comment="done | waiting | dead"),
    Column("topic", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger),
    Column("received_at", Instant, nullable=False, server_default=NOW),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant),
    Column("reason", Text),
    Column("body", LargeBinary, comment="Kept while not done"),
    Index("ix_inbox_received_at", "received_at", postgresql_using="brin"),
    Index("ix_inbox_due", "consumer", "retry_at", postgresql_where=text("state = 'waiting'")),
    Index(
        "ix_inbox_open", "consumer", "source", "subject", postgresql_where=text("state <> 'done'")
    ),
    comment="What each consumer has seen, and what waits",
)

heard = Table(
    "heard",
    MESSAGING,
    Column("stream", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    comment="How far this service's copies of other services' aggregates are",
)

said = Table(
    "said",
    MESSAGING,
    Column("stream", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    comment="The last sequence given out per aggregate",
)

pauses = Table(
    "pauses",
    MESSAGING,
    Column("consumer", Text, primary_key=True),
    Column("since", Instant, nullable=False, server_default=NOW),
    comment="Consumers that an operator has paused; what arrives for them waits",
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
    """Return a service's metadata its own copy of these tables."""
    for table in MESSAGING.sorted_tables:
        table.to_metadata(metadata)
