"""What enrollment knows of a unit's contact; asked for each time, never kept in an event."""

from services.gateway.adapters.services import Services, address
from shared.contracts.base import Contract
from shared.identity.caller import Caller
from shared.identity.permissions import Role


class UnitContact(Contract):
    """Where a unit's text messages go, and which unit it is."""

    mobile: str
    credit_code: str
    name: str
    agency_id: str


async def contact_of(unit_id: str, office_id: str, services: Services) -> UnitContact:
    """Ask enrollment for a unit's contact; LookupError when it has none to give."""
    system = Caller(account_id="gateway", name="gateway", role=Role.SYSTEM, office_id=office_id)
    path = address("/units/{unit_id}/mobile", unit_id=unit_id)
    answer = await services.call("enrollment", "GET", path, system)
    if not answer.ok:
        raise LookupError(f"no number for unit {unit_id}: {answer.status}")
    return UnitContact.model_validate(answer.json)
