"""Let imports know the names of their plans, and which batch corrects which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "imports",
        sa.Column(
            "plan_names",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "imports", sa.Column("failed_rows", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("imports", sa.Column("corrects", sa.String(), nullable=True))
    op.add_column("imports", sa.Column("corrected_by", sa.String(), nullable=True))
    op.execute(
        """
        UPDATE imports
        SET plan_names = (
            SELECT coalesce(
                jsonb_object_agg(line -> 'plan' ->> 'code', line -> 'plan' ->> 'name'), '{}'
            )
            FROM rosters, jsonb_array_elements(rosters.lines) AS line
            WHERE rosters.application_no = imports.application_no
        ),
        -- A row that failed for two plans was counted for both: at most so many rows failed.
        failed_rows = (
            SELECT coalesce(sum((line ->> 'failed')::integer), 0)
            FROM jsonb_array_elements(imports.result) AS line
        )
        """
    )


def downgrade() -> None:
    op.drop_column("imports", "corrected_by")
    op.drop_column("imports", "corrects")
    op.drop_column("imports", "failed_rows")
    op.drop_column("imports", "plan_names")
