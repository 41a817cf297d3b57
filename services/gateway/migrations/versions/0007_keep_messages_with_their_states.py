"""Keep messages with their states, and inboxes.

What was sent about an approval keeps its id, the event's, so that it is not sent again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
CARRIED_OVER = """
INSERT INTO messages
    (message_id, kind, channel, office_id, unit_id, subject, masked_to, state, tries, created_at,
     until, sent_at)
SELECT event_id, 'application_approved', 'text', COALESCE(logged.office_id, ours.office_id, ''),
    notifications.unit_id, notifications.subject, '', 'sent', 1, sent_at, sent_at, sent_at
FROM notifications
LEFT JOIN event_log AS logged USING (event_id)
LEFT JOIN LATERAL
    (SELECT office_id FROM accounts WHERE accounts.unit_id = notifications.unit_id LIMIT 1) AS ours
    ON true
ORDER BY sent_at, event_id
"""
CARRIED_BACK = """
INSERT INTO notifications (event_id, unit_id, subject, sent_at)
SELECT message_id, unit_id, subject, COALESCE(sent_at, created_at) FROM messages
WHERE kind = 'application_approved' AND channel = 'text' AND unit_id IS NOT NULL
    AND state IN ('sending', 'sent', 'unknown')
"""


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sealed_to", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_values", sa.LargeBinary(), nullable=True),
        sa.Column("masked_to", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
        sa.UniqueConstraint("position", name=op.f("uq_messages_position")),
    )
    op.create_index("ix_messages_office", "messages", ["office_id", "position"])
    for name, column, condition in (
        ("due", "due_at", "due_at IS NOT NULL"),
        ("leased", "leased_until", "state = 'sending'"),
        ("sealed", "created_at", "sealed_to IS NOT NULL"),
    ):
        op.create_index(
            f"ix_messages_{name}", "messages", [column], postgresql_where=sa.text(condition)
        )
    op.execute(CARRIED_OVER)
    op.drop_table("notifications")
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_notices_account_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_index("uq_notices_event", "notices", ["account_id", "event_id"], unique=True)
    op.create_index("ix_notices_account", "notices", ["account_id", "notice_id"])
    op.create_index(op.f("ix_notices_at"), "notices", ["at"])
    op.create_index(
        "ix_notices_unread", "notices", ["account_id"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_table(
        "notification_settings",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_notification_settings_account_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_settings")),
    )


def downgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_notifications")),
    )
    op.execute(CARRIED_BACK)
    op.drop_table("notification_settings")
    op.drop_table("notices")
    op.drop_table("messages")
