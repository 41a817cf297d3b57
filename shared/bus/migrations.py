"""Migrations that every service's database needs for the bus: each as it was when it was new."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

POSITIONS = (("heard", "consumed_positions"), ("said", "published_positions"))


def create_bus_tables() -> None:
    """Create outbox, inbox, positions, pauses and answers."""
    op.create_table(
        "answers",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "answer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_answers")),
        comment="Idempotency keys with the answer that their first call got",
    )
    op.create_table(
        "heard",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "subject", name=op.f("pk_heard")),
        comment="How far this service's copies of other services' aggregates are",
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="done | waiting | dead"),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True, comment="Kept while not done"),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
        comment="What each consumer has seen, and what waits",
    )
    op.create_index(
        "ix_inbox_received_at", "inbox", ["received_at"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_inbox_due",
        "inbox",
        ["consumer", "retry_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["consumer", "source", "subject"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        comment="Events not yet on the bus; a row goes when the bus has confirmed it",
    )
    op.create_index(
        "ix_outbox_held_back",
        "outbox",
        ["subject", "retry_at"],
        unique=False,
        postgresql_where=sa.text("retry_at IS NOT NULL"),
    )
    op.create_table(
        "pauses",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("consumer", name=op.f("pk_pauses")),
        comment="Consumers that an operator has paused; what arrives for them waits",
    )
    op.create_table(
        "said",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "subject", name=op.f("pk_said")),
        comment="The last sequence given out per aggregate",
    )


def drop_bus_tables() -> None:
    """Drop them, with their indexes."""
    for name in ("said", "pauses", "outbox", "inbox", "heard", "answers"):
        op.drop_table(name)


def create_sealing_check() -> None:
    """Create the table of the row that proves the sealing key."""
    op.create_table(
        "sealing_check",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_check")),
        comment=(
            "One row, sealed with the key of this database: what does not open it may not start"
        ),
    )


def name_positions() -> None:
    """Rename heard and said to what they hold."""
    for old, new in POSITIONS:
        op.rename_table(old, new)
        op.execute(f"ALTER INDEX pk_{old} RENAME TO pk_{new}")


def unname_positions() -> None:
    """Give the tables of positions their old names."""
    for old, new in POSITIONS:
        op.rename_table(new, old)
        op.execute(f"ALTER INDEX pk_{new} RENAME TO pk_{old}")
