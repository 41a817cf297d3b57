"""Load, decide, save, emit; a file per part of the job."""

from services.enrollment.domain.application import Application


def named(application: Application) -> dict[str, str]:
    """Give what every application event carries."""
    return {
        "application_no": application.application_no,
        "unit_id": application.unit_id,
        "agency_id": application.agency_id,
        "office_id": application.office_id,
    }
