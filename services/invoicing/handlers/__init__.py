"""Load, decide, save, emit; a file per part of the job."""

from services.invoicing.domain.billing import Billing


def named(billing: Billing) -> dict[str, str]:
    """Give what every billing event carries."""
    return {
        "application_no": billing.application_no,
        "unit_id": billing.unit_id,
        "agency_id": billing.agency_id,
        "office_id": billing.office_id,
    }
