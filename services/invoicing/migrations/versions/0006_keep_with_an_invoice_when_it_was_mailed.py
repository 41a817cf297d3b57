"""Keep with an invoice, where it is shown, when its receipt was mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE billings SET body = jsonb_set(
            body,
            '{invoices}',
            (
                SELECT jsonb_agg(
                    invoice.value || jsonb_build_object('mailed_at', noted.mailed_at)
                    ORDER BY invoice.place
                )
                FROM jsonb_array_elements(body -> 'invoices') WITH ORDINALITY
                    AS invoice (value, place)
                LEFT JOIN invoices AS noted ON noted.invoice_id = invoice.value ->> 'invoice_id'
            )
        )
        WHERE EXISTS (
            SELECT 1 FROM invoices
            WHERE invoices.application_no = billings.application_no AND mailed_at IS NOT NULL
        )
        """
    )
    op.drop_column("invoices", "mailed_at")


def downgrade() -> None:
    op.add_column("invoices", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE invoices SET mailed_at = (invoice ->> 'mailed_at')::timestamptz
        FROM billings, jsonb_array_elements(billings.body -> 'invoices') AS invoice
        WHERE invoice ->> 'invoice_id' = invoices.invoice_id
        """
    )
    op.execute(
        """
        UPDATE billings SET body = jsonb_set(
            body,
            '{invoices}',
            (
                SELECT jsonb_agg(invoice.value - 'mailed_at' ORDER BY invoice.place)
                FROM jsonb_array_elements(body -> 'invoices') WITH ORDINALITY
                    AS invoice (value, place)
            )
        )
        WHERE jsonb_array_length(body -> 'invoices') > 0
        """
    )
