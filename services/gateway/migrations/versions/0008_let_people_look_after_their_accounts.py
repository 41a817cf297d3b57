"""Let people look after their accounts: codes, first passwords, sessions, second factors, bindings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    for column in (
        sa.Column("mobile_digest", sa.LargeBinary()),
        sa.Column("sealed_mobile", sa.LargeBinary()),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_until", INSTANT),
        sa.Column("sealed_totp", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    ):
        op.add_column("accounts", column)
    op.create_index("ix_accounts_mobile_digest", "accounts", ["mobile_digest"])
    op.create_index("ix_accounts_office", "accounts", ["office_id", "account_id"])
    op.create_index(
        "ix_accounts_unit",
        "accounts",
        ["unit_id"],
        postgresql_where=sa.text("unit_id IS NOT NULL"),
    )
    for added in (
        sa.Column(
            "session_id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False
        ),
        sa.Column("begun_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("seen_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("agent", sa.String(), server_default="", nullable=False),
        sa.Column("second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("sessions", added)
    op.create_unique_constraint("uq_sessions_session_id", "sessions", ["session_id"])
    op.create_index("ix_audit_account", "audit", ["account_id", "action", "position"])
    op.create_table(
        "old_passwords",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name="fk_old_passwords_account_id_accounts",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_old_passwords"),
    )
    op.create_index("ix_old_passwords_account_id", "old_passwords", ["account_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name="fk_recovery_codes_account_id_accounts",
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_recovery_codes"),
    )
    op.create_table(
        "codes",
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("sealed_mobile", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_digest", sa.LargeBinary(), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proof_digest", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("code_id", name="pk_codes"),
        sa.UniqueConstraint("proof_digest", name="uq_codes_proof_digest"),
    )
    op.create_index("ix_codes_asked_at", "codes", ["asked_at"])
    op.create_index("ix_codes_mobile", "codes", ["mobile_digest", "asked_at"])
    op.create_index("ix_codes_address", "codes", ["address_digest", "asked_at"])
    op.create_table(
        "bindings",
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("binding_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_digest", sa.LargeBinary(), nullable=False),
        sa.Column("form", JSONB(none_as_null=True)),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("account_id", sa.String()),
        sa.PrimaryKeyConstraint("position", name="pk_bindings"),
        sa.UniqueConstraint("binding_id", name="uq_bindings_binding_id"),
    )
    op.create_index("ix_bindings_mobile_digest", "bindings", ["mobile_digest"])
    op.create_index("ix_bindings_agency", "bindings", ["agency_id", "state", "position"])
    op.create_index("ix_bindings_office", "bindings", ["office_id", "state", "position"])
    op.create_index(
        "uq_bindings_open",
        "bindings",
        ["unit_id", "mobile_digest"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    for table in ("bindings", "codes", "recovery_codes", "old_passwords"):
        op.drop_table(table)
    op.drop_index("ix_audit_account", "audit")
    op.drop_constraint("uq_sessions_session_id", "sessions")
    for column in ("second_factor", "agent", "address", "seen_at", "begun_at", "session_id"):
        op.drop_column("sessions", column)
    for index in ("ix_accounts_unit", "ix_accounts_office", "ix_accounts_mobile_digest"):
        op.drop_index(index, "accounts")
    for column in (
        "version",
        "totp_step",
        "sealed_totp",
        "password_until",
        "must_change",
        "sealed_mobile",
        "mobile_digest",
    ):
        op.drop_column("accounts", column)
