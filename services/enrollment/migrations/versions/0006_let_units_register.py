"""Let units register: their states, certificates and districts; districts of agencies."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.errors import CannotStart
from shared.runtime.migrations import fold

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD = "state IN ('applied', 'returned', 'active', 'suspended')"
UNITS: dict[str, tuple[Any, str | None]] = {
    "district_code": (sa.String(), None),
    "state": (sa.String(), "'active'"),
    "self_registered": (sa.Boolean(), "false"),
    "reason": (sa.String(), "''"),
    "reasons": (JSONB(none_as_null=True), "'{}'"),
    "certificates": (JSONB(none_as_null=True), "'{}'"),
    "rejected_at": (sa.DateTime(timezone=True), None),
    "version": (sa.Integer(), "1"),
    "mobile_hash": (sa.LargeBinary(), None),
}
"""Columns with what they hold for the units that exist."""
OFFICES: dict[str, tuple[Any, str | None]] = {
    "districts": (JSONB(none_as_null=True), "'[]'"),
    "version": (sa.Integer(), "1"),
}


def upgrade() -> None:
    _require_single_codes()
    op.execute("CREATE SEQUENCE unit_numbers START WITH 10000000")
    _add("offices", OFFICES)
    _add("units", UNITS)
    op.add_column("units", sa.Column("name_folded", sa.String(), nullable=True))
    fold("units", "units.name", "name_folded")
    op.alter_column("units", "name_folded", nullable=False)
    op.create_index(
        "uq_units_office_id_credit_code",
        "units",
        ["office_id", "credit_code"],
        unique=True,
        postgresql_where=sa.text(HELD),
    )
    op.create_index("ix_units_mobile_hash", "units", ["mobile_hash"])
    op.create_index("ix_units_agency", "units", ["agency_id", "unit_id"])
    op.create_index("ix_units_office", "units", ["office_id", "unit_id"])
    op.create_index(
        "ix_units_waiting", "units", ["agency_id"], postgresql_where=sa.text("state = 'applied'")
    )
    op.create_index(
        "ix_units_rejected",
        "units",
        ["rejected_at"],
        postgresql_where=sa.text("certificates <> '{}'"),
    )


def downgrade() -> None:
    for name in ("rejected", "waiting", "office", "agency", "mobile_hash"):
        op.drop_index(f"ix_units_{name}", table_name="units")
    op.drop_index("uq_units_office_id_credit_code", table_name="units")
    for name in (*UNITS, "name_folded"):
        op.drop_column("units", name)
    for name in OFFICES:
        op.drop_column("offices", name)
    op.execute("DROP SEQUENCE unit_numbers")


def _add(table: str, columns: dict[str, tuple[Any, str | None]]) -> None:
    for name, (kind, value) in columns.items():
        default = sa.text(value) if value is not None else None
        column = sa.Column(name, kind, nullable=value is None, server_default=default)
        op.add_column(table, column)
        if value is not None:
            op.alter_column(table, name, server_default=None)


def _require_single_codes() -> None:
    """Stop before anything is changed when an office has entered a credit code twice."""
    twice = op.get_bind().scalars(
        sa.text(
            "SELECT string_agg(unit_id, ', ' ORDER BY unit_id) FROM units"
            " GROUP BY office_id, credit_code HAVING count(*) > 1"
        )
    )
    if found := "; ".join(twice):
        raise CannotStart(
            f"Units with the same credit code in one office: {found}."
            " Correct the codes in the database, then migrate again."
        )
