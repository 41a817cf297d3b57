"""Bindings to and from rows."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.domain.bindings import Binding, BindingState
from services.gateway.tables import BindingRow
from shared.bus import Transaction
from shared.contracts.files import StoredFile
from shared.errors import Conflict, NotFound
from shared.identity.caller import Caller
from shared.identity.visibility import visible_to

SEALED = ("name", "mobile", "replaces")
DECIDED = ("state", "reason", "decided_at", "account_id")


class BindingRepository:
    """Bindings; who asks and whom they replace are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer
        self._rows: dict[UUID, BindingRow] = {}

    async def add(self, binding: Binding) -> None:
        """Insert a binding; Conflict when the mobile has asked for the unit already."""
        person = json.dumps({name: getattr(binding, name) for name in SEALED}).encode()
        columns = {
            name: value
            for name, value in vars(binding).items()
            if name not in (*SEALED, "form", "position")
        }
        row = BindingRow(
            **columns,
            sealed_person=self._sealer.seal(person, _place(binding.binding_id)),
            mobile_digest=self._sealer.lookup_hash(binding.mobile),
            form=binding.form.model_dump(mode="json") if binding.form else None,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            raise Conflict(
                "binding_asked", "您已提交过该单位的绑定申请，请等待代办处处理。"
            ) from None

    async def get(self, binding_id: UUID, caller: Caller, *, lock: bool = False) -> Binding:
        """Return a binding; NotFound for one of another agency or office."""
        query = select(BindingRow).where(
            BindingRow.binding_id == binding_id, visible_to(caller, BindingRow)
        )
        row = await self._session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotFound
        self._rows[binding_id] = row
        return self._binding(row)

    def save(self, binding: Binding) -> None:
        """Save what was decided about a locked binding."""
        row = self._rows[binding.binding_id]
        for name in DECIDED:
            setattr(row, name, getattr(binding, name))

    async def page(
        self, matching: Select[BindingRow], before: int | None, limit: int
    ) -> list[Binding]:
        """Return a page of what was found, newest first."""
        if before is not None:
            matching = matching.where(BindingRow.position < before)
        rows = await self._session.scalars(
            matching.order_by(BindingRow.position.desc()).limit(limit)
        )
        return [self._binding(row) for row in rows]

    async def move_open(self, unit_id: str, agency_id: str) -> None:
        """Let another agency decide the bindings of a unit that wait."""
        await self._session.execute(
            update(BindingRow)
            .where(BindingRow.unit_id == unit_id, BindingRow.state == BindingState.ASKED)
            .values(agency_id=agency_id)
        )

    async def of_mobile(self, mobile: str, limit: int) -> list[Binding]:
        """Return the bindings that a mobile asked for, newest first."""
        rows = await self._session.scalars(
            select(BindingRow)
            .where(BindingRow.mobile_digest == self._sealer.lookup_hash(mobile))
            .order_by(BindingRow.position.desc())
            .limit(limit)
        )
        return [self._binding(row) for row in rows]

    async def drop_forms(self, before: datetime, limit: int) -> list[str]:
        """Forget the forms of bindings refused before a time; return their keys."""
        rows = await self._session.scalars(
            select(BindingRow)
            .where(
                BindingRow.state == BindingState.REFUSED,
                BindingRow.decided_at < before,
                BindingRow.form.is_not(None),
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        keys = []
        for row in rows:
            assert row.form is not None
            keys.append(str(row.form["key"]))
            row.form = None
        return keys

    def _binding(self, row: BindingRow) -> Binding:
        person = json.loads(self._sealer.unseal(row.sealed_person, _place(row.binding_id)))
        return Binding(
            binding_id=row.binding_id,
            unit_id=row.unit_id,
            agency_id=row.agency_id,
            office_id=row.office_id,
            unit_name=row.unit_name,
            credit_code=row.credit_code,
            form=StoredFile.model_validate(row.form) if row.form else None,
            asked_at=row.asked_at,
            state=BindingState(row.state),
            reason=row.reason,
            decided_at=row.decided_at,
            account_id=row.account_id,
            position=row.position,
            **person,
        )


def bindings_for(caller: Caller, states: Sequence[BindingState]) -> Select[BindingRow]:
    """Find the bindings that a caller may see, in some states or in any."""
    query = select(BindingRow).where(visible_to(caller, BindingRow))
    return query.where(BindingRow.state.in_(states)) if states else query


async def named_forms(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are forms of bindings."""
    key = BindingRow.form["key"].astext
    return set(await session.scalars(select(key).where(key.in_(keys))))


def _place(binding_id: UUID) -> str:
    return f"bindings/{binding_id}/person"
