"""Keep messages with their states.

What was sent about an approval keeps its id, the event's, so that it is not sent again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

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
    op.drop_table("messages")
