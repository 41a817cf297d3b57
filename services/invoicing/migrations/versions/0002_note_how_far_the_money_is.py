"""Note how far the money of each billing is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "billings",
        sa.Column("standing", sa.String(), server_default="awaited", nullable=False),
    )
    op.execute(
        "UPDATE billings SET standing = payment->>'state'"
        " FROM billings AS same, jsonb_array_elements(same.body->'payments') AS payment"
        " WHERE same.application_no = billings.application_no"
        " AND payment->>'state' <> 'reversed'"
    )
    op.create_index("ix_billings_standing", "billings", ["office_id", "standing", "application_no"])


def downgrade() -> None:
    op.drop_index("ix_billings_standing", table_name="billings")
    op.drop_column("billings", "standing")
