"""Keep the account that notices said, and find prints by their file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What earlier notices said was not kept: it is taken to be the account of today.
SAID_IN_PRINTS = """
UPDATE prints SET account = jsonb_build_object('name', name, 'number', receiving_accounts.number,
    'bank', bank, 'line_number', line_number)
FROM receiving_accounts
WHERE receiving_accounts.office_id = prints.office_id AND kind = 'payment_notice' AND state = 'done'
"""
SAID_TO_WHO_TOOK_THEM = """
UPDATE printed_papers SET account = prints.account
FROM prints WHERE prints.print_id = printed_papers.print_id
"""
KEPT_ALONE = "UPDATE prints SET account = NULL WHERE jsonb_array_length(numbers) > 1"


def upgrade() -> None:
    for table in ("prints", "printed_papers"):
        account = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
        op.add_column(table, sa.Column("account", account, nullable=True))
    for statement in (SAID_IN_PRINTS, SAID_TO_WHO_TOOK_THEM, KEPT_ALONE):
        op.execute(statement)
    op.create_index("ix_prints_file_key", "prints", [sa.text("(file ->> 'key')")], unique=False)


def downgrade() -> None:
    op.drop_index("ix_prints_file_key", table_name="prints")
    for table in ("printed_papers", "prints"):
        op.drop_column(table, "account")
