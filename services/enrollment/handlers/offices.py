"""What an office's administrator keeps: the data of the office and its agencies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.enrollment.adapters.districts import all_codes
from services.enrollment.domain.applications import AttachmentKind
from services.enrollment.domain.offices import (
    Office,
    Phone,
    next_agency_id,
    require_distinct_districts,
)
from services.enrollment.repository.offices import OfficeRepository
from shared.bus import Transaction
from shared.errors import Invalid, NotFound
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


@dataclass(frozen=True)
class Entry:
    """What the screen says of an office or agency."""

    name: str
    phones: Sequence[Phone]
    districts: Sequence[str]
    required_attachments: Sequence[AttachmentKind]


async def add_agency(entry: Entry, caller: Caller, tx: Transaction) -> Office:
    """Make an agency below the caller's office; Invalid when a district is wrong."""
    caller.require(Permission.MANAGE_OFFICES)
    offices = OfficeRepository(tx)
    await offices.locked(caller.office_id)  # so that two at once do not get the same id
    agency_id = next_agency_id(caller.office_id, await offices.children(caller.office_id))
    return await _save(agency_id, caller.office_id, entry, offices)


async def change_office(
    office_id: str, entry: Entry, caller: Caller, tx: Transaction, versions: Collection[str] | None
) -> Office:
    """Replace the data of the caller's office or of an agency below it; NotFound for others."""
    caller.require(Permission.MANAGE_OFFICES)
    offices = OfficeRepository(tx)
    known = await offices.get(office_id)
    if caller.office_id not in {known.office_id, known.parent_id}:
        raise NotFound
    await offices.locked(caller.office_id)
    known = await offices.locked(office_id, versions)
    return await _save(office_id, known.parent_id, entry, offices, known.version)


async def _save(
    office_id: str,
    parent_id: str | None,
    entry: Entry,
    offices: OfficeRepository,
    version: int = 0,
) -> Office:
    for code in entry.districts:
        if code not in all_codes():
            raise Invalid("district_unknown", "所在地区不存在，请选到区或县。", field="districts")
    office = Office(
        office_id=office_id,
        name=entry.name,
        phones=list(entry.phones),
        required_attachments=list(dict.fromkeys(entry.required_attachments)),
        parent_id=parent_id,
        districts=sorted(set(entry.districts)),
        version=version,
    )
    require_distinct_districts(office, await offices.all())
    await offices.save(office)
    return await offices.get(office_id)
