"""Imports that wait for the operator to say which column is which."""

from collections.abc import Mapping

from pydantic import TypeAdapter

from services.roster.adapters.columns import REQUIRED
from services.roster.domain.columns import ChosenColumns, ColumnsAsked
from services.roster.domain.imports import (
    COLUMNS_EXPIRED,
    COLUMNS_NOT_GIVEN,
    AskedSheet,
    Import,
    ImportState,
)
from services.roster.domain.persons import TITLES
from services.roster.domain.rosters import Roster
from services.roster.handlers.imports_ending import refuse_import
from services.roster.repository.imports import ImportRepository
from services.roster.repository.rosters import RosterRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.roster import ImportColumnsGiven
from shared.errors import Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.resources import Resources

ASKED = TypeAdapter(ColumnsAsked)


async def columns_asked(batch: Import, resources: Resources) -> ColumnsAsked:
    """Return the first rows of the sheet whose columns are asked for; Conflict when none is."""
    key = batch.require_asked().rows.key
    return ASKED.validate_json(await resources.storage.get(key))


async def give_columns(
    import_id: str,
    sheet: str,
    header_row: int,
    columns: Mapping[str, int],
    caller: Caller,
    tx: Transaction,
    *,
    is_list: bool,
) -> Import:
    """Go on with the columns that the operator says; Conflict when they are not asked for.

    A sheet that is no list is passed over, and needs no columns. Of several answers at once one
    is heard. Invalid for a required column that is missing, one that is named twice, or one that
    the sheet does not have or that holds something else; also for the only sheet of a file when
    that is to be no list.
    """
    imports = ImportRepository(tx)
    roster = await _open_roster(import_id, caller, imports, tx)
    batch = await imports.get(import_id)
    asked = batch.require_asked()
    _require_sheet(asked, sheet)
    if is_list:
        _require_columns(asked, columns)
        chosen = ChosenColumns(sheet, header_row, dict(columns))
        (await columns_asked(batch, tx.resources)).require_likely(chosen)
    else:
        _require_other_sheets(asked)
        chosen = ChosenColumns(sheet, header_row, {}, is_list=False)
    batch.give_columns(chosen)
    tx.discard(asked.rows.key)
    await imports.save(batch)
    tx.emit(ImportColumnsGiven(**about(roster), import_id=import_id))
    return batch


async def give_up_columns(import_id: str, caller: Caller, tx: Transaction) -> Import:
    """Give a file up whose columns are asked for; Conflict when they are not."""
    imports = ImportRepository(tx)
    await _open_roster(import_id, caller, imports, tx)
    (await imports.get(import_id)).require_asked()
    await refuse_import(import_id, COLUMNS_NOT_GIVEN, tx)
    return await imports.get(import_id)


async def give_up_expired(tx: Transaction) -> bool:
    """Give up one file whose columns nobody said in time; False when there is none."""
    imports = ImportRepository(tx)
    import_id = await imports.next_expired()
    if import_id is None:
        return False
    # As an answer does: first the roster is locked, then it is looked what became of the import.
    await RosterRepository(tx).get((await imports.get(import_id)).application_no)
    if (await imports.get(import_id)).state is ImportState.NEEDS_COLUMNS:
        await refuse_import(import_id, COLUMNS_EXPIRED, tx)
    return True


async def _open_roster(
    import_id: str, caller: Caller, imports: ImportRepository, tx: Transaction
) -> Roster:
    """Return the open roster of the caller's import, locked; NotFound for others."""
    caller.require(Permission.ENROLL)
    application_no = (await imports.get(import_id)).application_no
    roster = await RosterRepository(tx).get(application_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    roster.require_open()
    return roster


def _require_sheet(asked: AskedSheet, sheet: str) -> None:
    if sheet != asked.label:
        raise Invalid("sheet_unknown", "需要指定列的是另一个工作表，请刷新后重试。", field="sheet")


def _require_other_sheets(asked: AskedSheet) -> None:
    if asked.is_alone:
        message = "文件中只有这一个工作表：如不是人员名单，请放弃该文件。"
        raise Invalid("no_list_left", message, field="is_list")


def _require_columns(asked: AskedSheet, columns: Mapping[str, int]) -> None:
    for field in REQUIRED:
        if field not in columns:
            message = f"请指定“{TITLES[field]}”在哪一列。"
            raise Invalid("column_missing", message, field=f"columns.{field}")
    for field, column in columns.items():
        if field not in TITLES or not 0 <= column < asked.width:
            raise Invalid(
                "column_unknown", "文件中没有这一列，请重新选择。", field=f"columns.{field}"
            )
        if list(columns.values()).count(column) > 1:
            message = "同一列不能用作两项，请重新选择。"
            raise Invalid("column_twice", message, field=f"columns.{field}")
