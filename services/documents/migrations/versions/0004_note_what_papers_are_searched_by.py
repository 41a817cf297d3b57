"""Note what papers are searched by."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.migrations import fold

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEARCHED = [
    "business",
    "unit_folded",
    "entered_on",
    "effective_on",
    "confirmed_on",
    "print_count",
]


def upgrade() -> None:
    op.add_column("papers", sa.Column("unit_folded", sa.String(), nullable=True))
    fold("papers", "unit_name", "unit_folded")
    op.alter_column("papers", "unit_folded", nullable=False)
    op.drop_index("ix_papers_office", table_name="papers")
    op.create_index(
        "ix_papers_office",
        "papers",
        ["kind", "office_id", "number"],
        postgresql_include=SEARCHED,
    )


def downgrade() -> None:
    op.drop_index("ix_papers_office", table_name="papers")
    op.create_index("ix_papers_office", "papers", ["kind", "office_id", "number"])
    op.drop_column("papers", "unit_folded")
