"""Note which billings have an invoice that was voided and is not submitted anew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "billings",
        sa.Column("awaits_reissue", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(
        """
        UPDATE billings
        SET awaits_reissue = true
        WHERE jsonb_path_exists(body, '$.invoices[*] ? (@.state == "void")')
            AND (
                jsonb_path_exists(body, '$.invoices[*] ? (@.state == "draft")')
                OR (
                    SELECT sum((line ->> 'payable')::numeric)
                    FROM jsonb_array_elements(body -> 'lines') AS line
                ) > (
                    SELECT coalesce(
                        sum((line ->> 'persons')::numeric * (line ->> 'unit_price')::numeric), 0
                    )
                    FROM jsonb_array_elements(body -> 'invoices') AS invoice,
                        jsonb_array_elements(invoice -> 'draft' -> 'lines') AS line
                    WHERE invoice ->> 'state' <> 'void'
                )
            )
        """
    )
    op.create_index(
        "ix_billings_reissue",
        "billings",
        ["unit_id"],
        postgresql_where=sa.text("awaits_reissue"),
    )


def downgrade() -> None:
    op.drop_index("ix_billings_reissue", table_name="billings")
    op.drop_column("billings", "awaits_reissue")
