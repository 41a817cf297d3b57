"""Load offices, plans, subsidy rules and units from an office's data file."""

from typing import Any

from pydantic import TypeAdapter

from services.enrollment.domain.subsidies import SubsidyRule
from services.enrollment.domain.unit import Unit
from services.enrollment.repository import CatalogueRepository, UnitRepository
from services.enrollment.tables import OfficeRow
from shared.bus import Transaction
from shared.contracts.enrollment import Plan, UnitRegistered

UNITS = TypeAdapter(list[Unit])
SUBSIDIES = TypeAdapter(list[SubsidyRule])
PLANS = TypeAdapter(list[Plan])


async def load_catalogue(data: dict[str, Any], tx: Transaction) -> None:
    """Create or update offices, plans, subsidy rules and units from `data`; idempotent."""
    units = UnitRepository(tx.session, tx.resources.sealer)
    for office in data.get("offices", []):
        await units.put_office(OfficeRow(**office))
    catalogue = CatalogueRepository(tx.session)
    plans = PLANS.validate_python(data.get("plans", []))
    for plan in plans:
        await catalogue.put_plan(plan)
    await tx.session.flush()
    subsidies = SUBSIDIES.validate_python(data.get("subsidies", []))
    for plan in plans:
        await catalogue.put_subsidies(
            plan.code, [rule for rule in subsidies if rule.plan_code == plan.code]
        )
    for unit in UNITS.validate_python(data.get("units", [])):
        await register_unit(unit, tx)


async def register_unit(unit: Unit, tx: Transaction) -> None:
    """Create or update a unit; publish UnitRegistered when it is new."""
    if await UnitRepository(tx.session, tx.resources.sealer).put(unit):
        tx.emit(
            UnitRegistered(
                unit_id=unit.unit_id,
                name=unit.name,
                agency_id=unit.agency_id,
                office_id=unit.office_id,
            )
        )
