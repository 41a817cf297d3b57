"""The tables of the inbox: all SQL on them is in `store` and `open_store` beside them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy import text as sql

from shared.runtime.database import NAMING, NOW, Instant

INBOX = MetaData(naming_convention=NAMING)

inbox = Table(
    "inbox",
    INBOX,
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
    Index("ix_inbox_due", "consumer", "retry_at", postgresql_where=sql("state = 'waiting'")),
    Index(
        "ix_inbox_open", "consumer", "source", "subject", postgresql_where=sql("state <> 'done'")
    ),
    comment="What each consumer has seen, and what waits",
)

pauses = Table(
    "pauses",
    INBOX,
    Column("consumer", Text, primary_key=True),
    Column("since", Instant, nullable=False, server_default=NOW),
    comment="Consumers that an operator has paused; what arrives for them waits",
)
