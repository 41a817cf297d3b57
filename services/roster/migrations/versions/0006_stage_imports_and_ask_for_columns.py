"""Stage the rows of imports, ask for unknown columns, count rows by kind, find covers by hash."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("joins", sa.Integer(), nullable=False),
        sa.Column("over_usual_age", sa.Integer(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("high_risk", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_import_rows")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "recalled_columns",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("titles_hash", sa.LargeBinary(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "titles_hash", name=op.f("pk_recalled_columns")),
    )
    op.add_column("imports", sa.Column("stage", sa.String(), nullable=True))
    op.add_column(
        "imports", sa.Column("rows", JSON, server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("imports", sa.Column("told", JSON, nullable=True))
    op.add_column("imports", sa.Column("asked", JSON, nullable=True))
    op.add_column("imports", sa.Column("columns_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "imports", sa.Column("chosen", JSON, server_default=sa.text("'[]'"), nullable=False)
    )
    op.drop_constraint("fk_persons_application_no", "persons", type_="foreignkey")
    op.create_index(
        "ix_covers_number_hash", "covers", ["number_hash"], unique=False, postgresql_using="hash"
    )
    op.drop_index("ix_covers_person", table_name="covers")


def downgrade() -> None:
    op.create_index(
        "ix_covers_person", "covers", ["plan_code", "number_hash", "until"], unique=False
    )
    op.drop_index("ix_covers_number_hash", table_name="covers")
    op.create_foreign_key(
        "fk_persons_application_no", "persons", "rosters", ["application_no"], ["application_no"]
    )
    op.drop_column("imports", "chosen")
    op.drop_column("imports", "columns_until")
    op.drop_column("imports", "asked")
    op.drop_column("imports", "told")
    op.drop_column("imports", "rows")
    op.drop_column("imports", "stage")
    op.drop_table("recalled_columns")
    op.drop_table("import_rows")
