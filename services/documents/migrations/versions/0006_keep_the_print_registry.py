"""Keep the print registry, and how many papers of a print are set."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# When earlier papers were taken was not kept: it is taken to be when they were asked for.
TAKEN_BEFORE = """
INSERT INTO printed_papers (kind, number, print_id, printed_by, printed_at)
SELECT kind, number.value, print_id, printed_by, created_at
FROM prints CROSS JOIN LATERAL jsonb_array_elements_text(numbers) AS number
WHERE state = 'done' AND printed_by IS NOT NULL
ORDER BY created_at, print_id
"""
DONE_BEFORE = "UPDATE prints SET done = jsonb_array_length(numbers) WHERE state = 'done'"


def upgrade() -> None:
    op.add_column("prints", sa.Column("done", sa.Integer(), server_default="0", nullable=False))
    op.execute(DONE_BEFORE)
    op.create_table(
        "printed_papers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("print_id", sa.String(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", "position", name=op.f("pk_printed_papers")),
    )
    op.execute(TAKEN_BEFORE)
    op.create_index(
        "uq_printed_papers_print_id", "printed_papers", ["print_id", "number"], unique=True
    )


def downgrade() -> None:
    op.drop_table("printed_papers")
    op.drop_column("prints", "done")
