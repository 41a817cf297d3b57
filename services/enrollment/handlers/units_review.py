"""The agency's review of units that registered themselves."""

from collections.abc import Collection, Mapping
from typing import Literal

from services.enrollment.domain.units import FormField, Unit
from services.enrollment.handlers.units_registering import scope_of
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.enrollment import UnitRegistered, UnitRejected, UnitReturned
from shared.identity.caller import Caller
from shared.identity.permissions import Permission

Decision = Literal["approve", "return", "reject"]


async def review(
    unit_id: str,
    decision: Decision,
    reason: str,
    reasons: Mapping[FormField, str],
    caller: Caller,
    tx: Transaction,
    versions: Collection[str] | None = None,
) -> Unit:
    """Approve a registration, return it with reasons by field, or reject it; Conflict if done.

    PreconditionFailed when it is at none of `versions`: its applicant has corrected it since.
    """
    caller.require(Permission.REVIEW_UNITS)
    units = UnitRepository(tx)
    seen = await units.get(unit_id)
    caller.require_sight(seen.unit_id, seen.agency_id, seen.office_id)
    unit = await units.locked(unit_id, versions)
    if decision == "approve":
        unit.approve()
        tx.emit(UnitRegistered(**scope_of(unit), name=unit.name, self_registered=True))
    elif decision == "return":
        unit.send_back(reason, reasons)
        tx.emit(UnitReturned(**scope_of(unit)))
    else:
        unit.reject(reason, tx.now)
        tx.emit(UnitRejected(**scope_of(unit)))
    await units.save(unit)
    return unit
