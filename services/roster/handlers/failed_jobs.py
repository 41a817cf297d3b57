"""What ends a job that failed too often, so that nobody waits for it."""

from services.roster.domain.imports import ImportState
from services.roster.repository import ImportRepository, PersonRepository, RosterRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationSubmitted
from shared.contracts.roster import ImportFinished, ImportStarted, RosterFreezeRefused

NOT_READ = "not_read"
IMPORT_AGAIN = "系统暂时无法读取该文件，请稍后重新导入；多次出现请联系办事处。"
NOT_FROZEN = "not_frozen"
SUBMIT_AGAIN = "系统暂时无法核对人员清单，请稍后再次提交；多次出现请联系办事处。"


async def give_up_import(event: ImportStarted, tx: Transaction) -> None:
    """End an import as failed: the unit may send the file again."""
    row = await ImportRepository(tx.session).get(event.import_id)
    roster = await RosterRepository(tx.session).get(event.application_no)
    persons = PersonRepository(tx.session, tx.resources.sealer)
    row.state, row.finished_at = ImportState.FAILED, tx.now
    row.error = {"code": NOT_READ, "message": IMPORT_AGAIN}
    tx.emit(
        ImportFinished(
            **about(roster),
            import_id=event.import_id,
            total=0,
            lines=(),
            counts=await persons.counts(event.application_no),
            error=NOT_READ,
        )
    )


async def give_up_freezing(event: ApplicationSubmitted, tx: Transaction) -> None:
    """Refuse the freeze: the unit may submit again."""
    roster = await RosterRepository(tx.session).get(event.application_no)
    tx.emit(RosterFreezeRefused(**about(roster), code=NOT_FROZEN, message=SUBMIT_AGAIN))
