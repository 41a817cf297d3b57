"""Note what billings are searched by; kind and day of entry of old ones are not known here."""

import sqlalchemy as sa
from alembic import op

from shared.runtime.migrations import fold

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEARCHED = ["standing", "kind", "entered_on", "unit_folded", "plans"]


def upgrade() -> None:
    op.add_column("billings", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("billings", sa.Column("entered_on", sa.Date(), nullable=True))
    op.add_column("billings", sa.Column("unit_folded", sa.String(), nullable=True))
    op.add_column("billings", sa.Column("plans", sa.ARRAY(sa.String()), nullable=True))
    fold("billings", "body->>'unit_name'", "unit_folded")
    op.execute(
        "UPDATE billings SET kind = body->>'kind', entered_on = (body->>'entered_on')::date,"
        " plans = ARRAY(SELECT line->>'plan_code'"
        " FROM jsonb_array_elements(body->'lines') AS line)"
    )
    op.alter_column("billings", "unit_folded", nullable=False)
    op.alter_column("billings", "plans", nullable=False)
    op.drop_index("ix_billings_office", table_name="billings")
    op.create_index(
        "ix_billings_office",
        "billings",
        ["office_id", "application_no"],
        postgresql_include=SEARCHED,
    )


def downgrade() -> None:
    op.drop_index("ix_billings_office", table_name="billings")
    op.create_index("ix_billings_office", "billings", ["office_id", "application_no"])
    for name in ("plans", "unit_folded", "entered_on", "kind"):
        op.drop_column("billings", name)
