"""Create the tables of enrollment."""

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
    op.execute(sa.schema.CreateSequence(sa.Sequence("application_numbers")))
    op.create_table(
        "applications",
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("confirmation_no", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.PrimaryKeyConstraint("application_no", name=op.f("pk_applications")),
        sa.UniqueConstraint("confirmation_no", name=op.f("uq_applications_confirmation_no")),
    )
    op.create_index(
        "ix_applications_agency", "applications", ["agency_id", "application_no"], unique=False
    )
    op.create_index(
        "ix_applications_office", "applications", ["office_id", "application_no"], unique=False
    )
    op.create_index(
        "ix_applications_unit", "applications", ["unit_id", "application_no"], unique=False
    )
    op.create_table(
        "confirmation_numbers",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_confirmation_numbers")),
    )
    op.create_table(
        "offices",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "phones", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "required_attachments",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["offices.office_id"], name=op.f("fk_offices_parent_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_offices")),
    )
    op.create_table(
        "plans",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column(
            "plan", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_plans")),
    )
    op.create_table(
        "subsidies",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("unit_kind", sa.String(), nullable=True),
        sa.Column("per_person", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("grant", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["plan_code"], ["plans.code"], name=op.f("fk_subsidies_plan_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidies")),
    )
    op.create_index(op.f("ix_subsidies_plan_code"), "subsidies", ["plan_code"], unique=False)
    op.create_table(
        "units",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("union_name", sa.String(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["offices.office_id"], name=op.f("fk_units_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.office_id"], name=op.f("fk_units_office_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_units")),
    )


def downgrade() -> None:
    op.execute(sa.schema.DropSequence(sa.Sequence("application_numbers")))
    op.drop_table("units")
    op.drop_index(op.f("ix_subsidies_plan_code"), table_name="subsidies")
    op.drop_table("subsidies")
    op.drop_table("plans")
    op.drop_table("offices")
    op.drop_table("confirmation_numbers")
    op.drop_index("ix_applications_unit", table_name="applications")
    op.drop_index("ix_applications_office", table_name="applications")
    op.drop_index("ix_applications_agency", table_name="applications")
    op.drop_table("applications")
    drop_bus_tables()
