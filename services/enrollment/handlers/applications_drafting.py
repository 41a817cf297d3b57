"""What an operator does: draft, lines, staff, attachments, submission."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import uuid4

from services.enrollment.domain.applications import (
    Application,
    Attachment,
    AttachmentKind,
    Line,
    create_line,
)
from services.enrollment.repository.applications import ApplicationRepository
from services.enrollment.repository.catalogue import CatalogueRepository
from services.enrollment.repository.offices import OfficeRepository
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import (
    ApplicationCancelled,
    ApplicationDrafted,
    ApplicationLinesChanged,
    ApplicationStaffChanged,
    ApplicationSubmitted,
    Kind,
    LineChoice,
)
from shared.contracts.files import StoredFile
from shared.errors import Forbidden, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


@dataclass(frozen=True)
class Choice:
    """The code of a plan, and the shares of each person."""

    plan: str
    shares: int


async def load_for_operator(
    number: str, caller: Caller, tx: Transaction, versions: Collection[str] | None = None
) -> tuple[ApplicationRepository, Application]:
    """Load and lock an application for its unit's operator.

    Forbidden without the permission, NotFound when the unit is another, Conflict when the unit is
    suspended, PreconditionFailed when the application is at none of `versions`; None lets any
    version pass.
    """
    caller.require(Permission.ENROLL)
    applications = ApplicationRepository(tx)
    application = await applications.get(number)
    caller.require_sight(application.unit_id, application.agency_id, application.office_id)
    (await UnitRepository(tx).get(application.unit_id)).require_active()
    if versions is not None:
        application = await applications.get(number, versions)
    return applications, application


async def draft_application(
    kind: Kind, choices: Sequence[Choice], caller: Caller, tx: Transaction, *, new_employment: bool
) -> Application:
    """Create a draft for the caller's unit; Invalid when a plan or its shares are wrong."""
    caller.require(Permission.ENROLL)
    if caller.unit_id is None:
        raise Forbidden
    unit = await UnitRepository(tx).get(caller.unit_id)
    unit.require_active()
    applications = ApplicationRepository(tx)
    application = Application(
        application_no=await applications.next_no(),
        kind=kind,
        new_employment=new_employment,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        agency_id=unit.agency_id,
        office_id=unit.office_id,
        entered_on=tx.today,
        lines=await _lines(choices, tx),
    )
    applications.add(application, tx.now)
    tx.emit(
        ApplicationDrafted(
            **about(application),
            kind=kind,
            new_employment=new_employment,
            unit_name=unit.name,
            lines=_chosen(application.lines),
        )
    )
    return application


async def change_lines(
    number: str,
    choices: Sequence[Choice],
    caller: Caller,
    tx: Transaction,
    versions: Collection[str] | None,
) -> Application:
    """Replace the plans and shares of a draft; Invalid when a plan or its shares are wrong."""
    applications, application = await load_for_operator(number, caller, tx, versions)
    application.change_lines(await _lines(choices, tx))
    applications.save(application, tx.now)
    tx.emit(ApplicationLinesChanged(**about(application), lines=_chosen(application.lines)))
    return application


async def state_staff(
    number: str,
    staff: int,
    women: int,
    caller: Caller,
    tx: Transaction,
    versions: Collection[str] | None,
) -> Application:
    """Set the unit's staff in a draft."""
    applications, application = await load_for_operator(number, caller, tx, versions)
    application.state_staff(staff, women)
    applications.save(application, tx.now)
    tx.emit(ApplicationStaffChanged(**about(application), staff=staff, women=women))
    return application


async def attach(
    number: str, kind: AttachmentKind, file: StoredFile, caller: Caller, tx: Transaction
) -> Application:
    """Attach a file to a draft."""
    applications, application = await load_for_operator(number, caller, tx)
    await tx.keep(file.key)
    application.attach(Attachment(str(uuid4()), kind, file))
    applications.save(application, tx.now)
    return application


async def detach(number: str, attachment_id: str, caller: Caller, tx: Transaction) -> None:
    """Remove a file from a draft and from storage."""
    applications, application = await load_for_operator(number, caller, tx)
    tx.discard(application.attachment(attachment_id).file.key)
    application.detach(attachment_id)
    applications.save(application, tx.now)


async def submit(number: str, remark: str, caller: Caller, tx: Transaction) -> Application:
    """Submit a draft; the roster service then freezes its roster."""
    applications, application = await load_for_operator(number, caller, tx)
    office = await OfficeRepository(tx).get(application.office_id)
    application.submit(remark, office.required_attachments)
    applications.save(application, tx.now)
    tx.emit(ApplicationSubmitted(**about(application), submitted_on=tx.today))
    return application


async def cancel(number: str, caller: Caller, tx: Transaction) -> None:
    """Cancel a draft and delete its files from storage."""
    applications, application = await load_for_operator(number, caller, tx)
    tx.discard(*(one.file.key for one in application.attachments))
    application.cancel()
    applications.save(application, tx.now)
    tx.emit(ApplicationCancelled(**about(application)))


async def _lines(choices: Sequence[Choice], tx: Transaction) -> list[Line]:
    codes = [choice.plan for choice in choices]
    if not codes:
        raise Invalid("lines_missing", "请至少选择一项保障活动。", field="lines")
    if len(set(codes)) < len(codes):
        raise Invalid("plan_twice", "同一保障活动只能选择一次，请合并份数。", field="lines")
    plans = await CatalogueRepository(tx).plans(codes)
    return [create_line(plans[choice.plan], choice.shares) for choice in choices]


def _chosen(lines: Sequence[Line]) -> tuple[LineChoice, ...]:
    return tuple(LineChoice(plan=line.plan, shares=line.shares) for line in lines)
