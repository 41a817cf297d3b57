"""Keep the account that a rendered notice says, and find prints by their file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "prints",
        sa.Column(
            "account", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
    )
    op.create_index("ix_prints_file_key", "prints", [sa.text("(file ->> 'key')")], unique=False)


def downgrade() -> None:
    op.drop_index("ix_prints_file_key", table_name="prints")
    op.drop_column("prints", "account")
