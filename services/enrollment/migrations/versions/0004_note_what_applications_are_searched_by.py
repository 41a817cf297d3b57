"""Note what applications are searched by, and find them by state."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.runtime.migrations import fold

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS: dict[str, Any] = {
    "kind": sa.String(),
    "unit_folded": sa.String(),
    "plans": sa.ARRAY(sa.String()),
    "reviewers": sa.ARRAY(sa.String()),
}
SCOPES = ("unit", "agency", "office")
LARGE = ("agency", "office")
SEARCHED = ["state", "kind", "entered_on", "unit_folded", "plans", "reviewers"]


def upgrade() -> None:
    for name, kept in COLUMNS.items():
        op.add_column("applications", sa.Column(name, kept, nullable=True))
    fold("applications", "body->>'unit_name'", "unit_folded")
    op.execute(
        "UPDATE applications SET kind = body->>'kind',"
        " plans = ARRAY(SELECT line->'plan'->>'code'"
        " FROM jsonb_array_elements(body->'lines') AS line),"
        " reviewers = ARRAY(SELECT DISTINCT review->>'reviewer'"
        " FROM jsonb_array_elements(body->'reviews') AS review ORDER BY 1)"
    )
    for name in COLUMNS:
        op.alter_column("applications", name, nullable=False)
    for scope in SCOPES:
        columns = [f"{scope}_id", "state", "application_no"]
        op.create_index(f"ix_applications_{scope}_state", "applications", columns)
    for scope in LARGE:
        op.drop_index(f"ix_applications_{scope}", table_name="applications")
        op.create_index(
            f"ix_applications_{scope}",
            "applications",
            [f"{scope}_id", "application_no"],
            postgresql_include=SEARCHED,
        )


def downgrade() -> None:
    for scope in LARGE:
        op.drop_index(f"ix_applications_{scope}", table_name="applications")
        columns = [f"{scope}_id", "application_no"]
        op.create_index(f"ix_applications_{scope}", "applications", columns)
    for scope in SCOPES:
        op.drop_index(f"ix_applications_{scope}_state", table_name="applications")
    for name in COLUMNS:
        op.drop_column("applications", name)
