"""What an office's administrator does with units: change, suspend, resume."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from services.enrollment.domain.units import Unit, UnitKind
from services.enrollment.handlers.units_registering import (
    place_of,
    save_once,
    scope_of,
    valid_credit_code,
)
from services.enrollment.repository.offices import OfficeRepository
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.enrollment import UnitChanged, UnitResumed, UnitSuspended
from shared.errors import Invalid, NotFound
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


@dataclass(frozen=True)
class Change:
    """What is to be changed of a unit; None leaves a field as it is."""

    name: str | None = None
    kind: UnitKind | None = None
    credit_code: str | None = None
    union_name: str | None = None
    secret: bool | None = None
    district_code: str | None = None
    address: str | None = None
    agency_id: str | None = None
    contact_name: str | None = None
    contact_mobile: str | None = None
    office_phone: str | None = None


async def change(
    unit_id: str, wanted: Change, caller: Caller, tx: Transaction, versions: Collection[str] | None
) -> Unit:
    """Change a unit's data; Invalid when a code or the agency is wrong, Conflict by state."""
    units, unit = await _load(unit_id, caller, tx, versions)
    unit.require_changeable()
    plain = {
        name: value
        for name in ("name", "kind", "union_name", "secret", "address")
        if (value := getattr(wanted, name)) is not None
    }
    contact = {
        field: value
        for field, value in (
            ("name", wanted.contact_name),
            ("mobile", wanted.contact_mobile),
            ("office_phone", wanted.office_phone),
        )
        if value is not None
    }
    changed = replace(unit, **plain, contact=replace(unit.contact, **contact))
    if wanted.credit_code is not None:
        changed.credit_code = valid_credit_code(wanted.credit_code)
    if wanted.district_code is not None:
        changed.district_code = wanted.district_code
        changed.district = place_of(wanted.district_code)
    if wanted.agency_id is not None:
        await _require_agency(wanted.agency_id, unit.office_id, tx)
        changed.agency_id = wanted.agency_id
    if changed != unit:
        await save_once(changed, tx, units)
        tx.emit(UnitChanged(**scope_of(changed)))
    return changed


async def suspend(unit_id: str, caller: Caller, tx: Transaction) -> Unit:
    """Let a unit's operators read only; what is under way may be finished."""
    units, unit = await _load(unit_id, caller, tx)
    unit.suspend()
    await units.save(unit)
    tx.emit(UnitSuspended(**scope_of(unit)))
    return unit


async def resume(unit_id: str, caller: Caller, tx: Transaction) -> Unit:
    """Let a unit's operators work again."""
    units, unit = await _load(unit_id, caller, tx)
    unit.resume()
    await units.save(unit)
    tx.emit(UnitResumed(**scope_of(unit)))
    return unit


async def _load(
    unit_id: str, caller: Caller, tx: Transaction, versions: Collection[str] | None = None
) -> tuple[UnitRepository, Unit]:
    caller.require(Permission.MANAGE_UNITS)
    units = UnitRepository(tx)
    unit = await units.get(unit_id)
    caller.require_sight(unit.unit_id, unit.agency_id, unit.office_id)
    return units, await units.locked(unit_id, versions)


async def _require_agency(agency_id: str, office_id: str, tx: Transaction) -> None:
    """Raise Invalid unless the office has such an agency."""
    try:
        agency = await OfficeRepository(tx).get(agency_id)
    except NotFound:
        agency = None
    if agency is None or agency.parent_id != office_id:
        raise Invalid(
            "agency_unknown", "所选代办处不存在或不受理该地区，请重新选择。", field="agency_id"
        )
