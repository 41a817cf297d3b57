"""Note address and outcome in the audit trail, and what belongs to no office.

Entries from before were made after a call that was answered: their outcome is `done`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("address", sa.String(), nullable=True))
    op.add_column("audit", sa.Column("code", sa.String(), nullable=True))
    # A constant default is no rewrite of the table, however long it is.
    op.add_column("audit", sa.Column("outcome", sa.String(), nullable=False, server_default="done"))
    op.alter_column("audit", "outcome", server_default=None)
    op.alter_column("audit", "office_id", nullable=True)
    op.create_index("ix_audit_office_at", "audit", ["office_id", "at"])
    op.create_index(
        "ix_audit_address", "audit", ["at"], postgresql_where=sa.text("address IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_audit_address", "audit", postgresql_where=sa.text("address IS NOT NULL"))
    op.drop_index("ix_audit_office_at", "audit")
    op.execute("UPDATE audit SET office_id = '' WHERE office_id IS NULL")
    op.alter_column("audit", "office_id", nullable=False)
    for column in ("outcome", "code", "address"):
        op.drop_column("audit", column)
