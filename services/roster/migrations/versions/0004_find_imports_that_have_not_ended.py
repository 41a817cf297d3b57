"""Find imports that have not ended, among all there ever were."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_imports_open",
        "imports",
        ["application_no"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_imports_open", table_name="imports", postgresql_where=sa.text("finished_at IS NULL")
    )
