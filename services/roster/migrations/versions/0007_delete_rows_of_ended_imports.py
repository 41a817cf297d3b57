"""Delete rows that imports left when they broke off, and that nothing would delete any more.

Those of an import that has not ended go when it is done again.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LEFT = """
DELETE FROM import_rows WHERE NOT EXISTS (
    SELECT FROM imports
    WHERE imports.import_id = import_rows.import_id::text AND imports.finished_at IS NULL
)
"""


def upgrade() -> None:
    op.execute(LEFT)


def downgrade() -> None:
    pass
