"""Load offices, plans, subsidy rules and units from an office's data file."""

from typing import Any

from pydantic import TypeAdapter

from services.enrollment.domain.offices import Office
from services.enrollment.domain.subsidies import SubsidyRule
from services.enrollment.domain.units import Unit
from services.enrollment.repository.catalogue import CatalogueRepository
from services.enrollment.repository.offices import OfficeRepository
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.enrollment import Plan, UnitRegistered

OFFICES = TypeAdapter(list[Office])
UNITS = TypeAdapter(list[Unit])
SUBSIDIES = TypeAdapter(list[SubsidyRule])
PLANS = TypeAdapter(list[Plan])


async def load_catalogue(data: dict[str, Any], tx: Transaction) -> None:
    """Create or update offices, plans, subsidy rules and units from `data`; idempotent."""
    offices = OfficeRepository(tx)
    for office in OFFICES.validate_python(data.get("offices", [])):
        await offices.put(office)
    catalogue = CatalogueRepository(tx)
    plans = PLANS.validate_python(data.get("plans", []))
    for plan in plans:
        await catalogue.put_plan(plan)
    subsidies = SUBSIDIES.validate_python(data.get("subsidies", []))
    for plan in plans:
        await catalogue.put_subsidies(
            plan.code, [rule for rule in subsidies if rule.plan_code == plan.code]
        )
    for unit in UNITS.validate_python(data.get("units", [])):
        await register_unit(unit, tx)


async def register_unit(unit: Unit, tx: Transaction) -> None:
    """Create or update a unit; publish UnitRegistered when it is new."""
    if await UnitRepository(tx).put(unit):
        tx.emit(
            UnitRegistered(
                unit_id=unit.unit_id,
                name=unit.name,
                agency_id=unit.agency_id,
                office_id=unit.office_id,
            )
        )
