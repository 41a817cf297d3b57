"""Create the tables of roster."""

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
        "covers",
        sa.Column("cover_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("confirmation_no", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("cover_id", name=op.f("pk_covers")),
        sa.UniqueConstraint(
            "confirmation_no",
            "plan_code",
            "number_hash",
            name=op.f("uq_covers_confirmation_no_plan_code_number_hash"),
        ),
    )
    op.create_index(
        "ix_covers_person", "covers", ["plan_code", "number_hash", "until"], unique=False
    )
    op.create_table(
        "rosters",
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "lines", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("frozen_key", sa.String(), nullable=True),
        sa.Column("frozen_digest", sa.String(), nullable=True),
        sa.Column("confirmation_no", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("application_no", name=op.f("pk_rosters")),
        sa.UniqueConstraint("confirmation_no", name=op.f("uq_rosters_confirmation_no")),
    )
    op.create_table(
        "imports",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column(
            "lines", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "file", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column(
            "result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column(
            "failed", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_no"], ["rosters.application_no"], name=op.f("fk_imports_application_no")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_application_no"), "imports", ["application_no"], unique=False)
    op.create_table(
        "persons",
        sa.Column("person_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_no", sa.String(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("high_risk", sa.Boolean(), nullable=False),
        sa.Column("unexpired", sa.Boolean(), nullable=False),
        sa.Column("over_usual_age", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_no"], ["rosters.application_no"], name=op.f("fk_persons_application_no")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_persons")),
        sa.UniqueConstraint(
            "application_no",
            "plan_code",
            "number_hash",
            name=op.f("uq_persons_application_no_plan_code_number_hash"),
        ),
    )
    op.create_index(
        "ix_persons_line", "persons", ["application_no", "plan_code", "person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_persons_line", table_name="persons")
    op.drop_table("persons")
    op.drop_index(op.f("ix_imports_application_no"), table_name="imports")
    op.drop_table("imports")
    op.drop_table("rosters")
    op.drop_index("ix_covers_person", table_name="covers")
    op.drop_table("covers")
    drop_bus_tables()
