"""Create the tables of documents."""

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
    op.create_table(
        "papers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("agency_name", sa.String(), nullable=False),
        sa.Column("business", sa.String(), nullable=False),
        sa.Column(
            "plan_names", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("print_count", sa.Integer(), nullable=False),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "file", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_papers")),
    )
    op.create_index("ix_papers_agency", "papers", ["kind", "agency_id", "number"], unique=False)
    op.create_index(op.f("ix_papers_application_no"), "papers", ["application_no"], unique=False)
    op.create_index(op.f("ix_papers_known_at"), "papers", ["known_at"], unique=False)
    op.create_index("ix_papers_office", "papers", ["kind", "office_id", "number"], unique=False)
    op.create_index("ix_papers_unit", "papers", ["kind", "unit_id", "number"], unique=False)
    op.create_table(
        "prints",
        sa.Column("print_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "numbers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("printed_by", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "file", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("print_id", name=op.f("pk_prints")),
    )
    op.create_index(
        "ix_prints_pending",
        "prints",
        ["kind", "state"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "receiving_accounts",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("office_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("line_number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_receiving_accounts")),
    )


def downgrade() -> None:
    op.drop_table("receiving_accounts")
    op.drop_index(
        "ix_prints_pending", table_name="prints", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_table("prints")
    op.drop_index("ix_papers_unit", table_name="papers")
    op.drop_index("ix_papers_office", table_name="papers")
    op.drop_index(op.f("ix_papers_known_at"), table_name="papers")
    op.drop_index(op.f("ix_papers_application_no"), table_name="papers")
    op.drop_index("ix_papers_agency", table_name="papers")
    op.drop_table("papers")
    drop_bus_tables()
