"""Add the row that proves the sealing key."""

from alembic import op

from shared.bus.migrations import create_sealing_check

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_sealing_check()


def downgrade() -> None:
    op.drop_table("sealing_check")
