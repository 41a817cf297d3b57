"""Slow sign-in down at new addresses, and count the captchas of an address."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BY_NAME_AND_ADDRESS = ("sign_in_turns", "sign_in_addresses")


def upgrade() -> None:
    for table in BY_NAME_AND_ADDRESS:
        op.create_table(
            table,
            sa.Column("name_digest", sa.LargeBinary(), nullable=False),
            sa.Column("address_digest", sa.LargeBinary(), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("name_digest", "address_digest", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_at", table, ["at"])
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])
    op.alter_column("sign_in_failures", "name_digest", nullable=True)
    # Captchas live for minutes: who has one open asks for another.
    op.execute("DELETE FROM captchas")
    op.add_column("captchas", sa.Column("address_digest", sa.LargeBinary(), nullable=False))
    op.add_column("captchas", sa.Column("answered", sa.Boolean(), nullable=False))
    op.create_index("ix_captchas_address", "captchas", ["address_digest", "expires_at"])


def downgrade() -> None:
    op.drop_index("ix_captchas_address", "captchas")
    op.execute("DELETE FROM captchas WHERE answered")
    op.drop_column("captchas", "answered")
    op.drop_column("captchas", "address_digest")
    op.execute("DELETE FROM sign_in_failures WHERE name_digest IS NULL")
    op.alter_column("sign_in_failures", "name_digest", nullable=False)
    op.drop_index("ix_sign_in_failures_at", "sign_in_failures")
    for table in BY_NAME_AND_ADDRESS:
        op.drop_index(f"ix_{table}_at", table)
        op.drop_table(table)
