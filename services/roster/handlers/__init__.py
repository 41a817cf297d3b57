"""Load, decide, save, emit; a file per part of the job."""

from services.roster.domain.roster import Roster


def named(roster: Roster) -> dict[str, str]:
    """Give what every roster event carries."""
    return {
        "application_no": roster.application_no,
        "unit_id": roster.unit_id,
        "agency_id": roster.agency_id,
        "office_id": roster.office_id,
    }
