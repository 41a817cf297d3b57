"""Create the tables of invoicing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.bus.migrations import create_bus_tables, drop_bus_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_bus_tables()
    op.execute(sa.schema.CreateSequence(sa.Sequence("invoice_numbers")))
    op.create_table(
        "billings",
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("confirm_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.PrimaryKeyConstraint("application_no", name=op.f("pk_billings")),
    )
    op.create_index("ix_billings_agency", "billings", ["agency_id", "application_no"], unique=False)
    op.create_index(
        "ix_billings_due",
        "billings",
        ["confirm_on"],
        unique=False,
        postgresql_where=sa.text("confirm_on IS NOT NULL"),
    )
    op.create_index("ix_billings_office", "billings", ["office_id", "application_no"], unique=False)
    op.create_index("ix_billings_unit", "billings", ["unit_id", "application_no"], unique=False)
    op.create_table(
        "receipt_books",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_receipt_books")),
    )
    op.create_table(
        "invoices",
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_no"], ["billings.application_no"], name=op.f("fk_invoices_application_no")
        ),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_invoices")),
    )
    op.create_index(
        op.f("ix_invoices_application_no"), "invoices", ["application_no"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("application_no", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_no"], ["billings.application_no"], name=op.f("fk_payments_application_no")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payments")),
    )
    op.create_index(
        op.f("ix_payments_application_no"), "payments", ["application_no"], unique=False
    )


def downgrade() -> None:
    op.execute(sa.schema.DropSequence(sa.Sequence("invoice_numbers")))
    op.drop_index(op.f("ix_payments_application_no"), table_name="payments")
    op.drop_table("payments")
    op.drop_index(op.f("ix_invoices_application_no"), table_name="invoices")
    op.drop_table("invoices")
    op.drop_table("receipt_books")
    op.drop_index("ix_billings_unit", table_name="billings")
    op.drop_index("ix_billings_office", table_name="billings")
    op.drop_index(
        "ix_billings_due", table_name="billings", postgresql_where=sa.text("confirm_on IS NOT NULL")
    )
    op.drop_index("ix_billings_agency", table_name="billings")
    op.drop_table("billings")
    drop_bus_tables()
