"""Name consumed and published positions."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAMES = (("heard", "consumed_positions"), ("said", "published_positions"))


def upgrade() -> None:
    for old, new in NAMES:
        op.rename_table(old, new)
        op.execute(f"ALTER INDEX pk_{old} RENAME TO pk_{new}")


def downgrade() -> None:
    for old, new in NAMES:
        op.rename_table(new, old)
        op.execute(f"ALTER INDEX pk_{new} RENAME TO pk_{old}")
