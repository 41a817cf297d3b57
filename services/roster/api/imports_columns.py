"""The columns of a file, when the import cannot tell them: HTTP endpoints."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from services.roster import views
from services.roster.adapters.columns import REQUIRED
from services.roster.api.imports import ImportAnswer, shown_import
from services.roster.domain.persons import TITLES
from services.roster.handlers.imports_columns import (
    columns_asked,
    give_columns,
    give_up_columns,
)
from shared.http.commands import CommandOf
from shared.identity.permissions import Permission
from shared.values import Flag, Whole

LAST_HEADER_ROW = 1000
LAST_COLUMN = 16_383
"""Of the largest sheet that spreadsheet programs know."""
LONGEST_SHEET_NAME = 255

router = APIRouter(tags=["roster"])

HeaderRow = Annotated[Whole, Field(ge=0, le=LAST_HEADER_ROW)]
Column = Annotated[Whole, Field(ge=0, le=LAST_COLUMN)]


class QuestionRow(BaseModel):
    """A row of the sheet as it is written."""

    row_no: int = Field(description="From 1, as spreadsheets count")
    cells: list[str]


class QuestionField(BaseModel):
    """What a column may hold."""

    field: str
    title: str = Field(description="Its title in the template")
    required: bool


class ColumnsQuestion(BaseModel):
    """The first rows of a sheet in full, and what is known of its columns."""

    sheet: str
    is_alone: bool = Field(description="The file has no other sheet: this one has to be a list")
    header_row: int = Field(description="Row of the titles, from 1; 0 when there is none")
    rows: list[QuestionRow]
    fields: list[QuestionField]
    columns: dict[str, int] = Field(description="Fields that are known, and their columns, from 0")


class KnownColumns(BaseModel):
    """Which column, from 0, holds which field; what the sheet lacks is left out."""

    name: Column | None = None
    number: Column | None = None
    mobile: Column | None = None
    document_kind: Column | None = None
    occupation_class: Column | None = None
    remark: Column | None = None
    sex: Column | None = None
    birth_date: Column | None = None


class GivenColumns(BaseModel):
    """What the operator says of a sheet."""

    sheet: Annotated[str, StringConstraints(max_length=LONGEST_SHEET_NAME)]
    header_row: HeaderRow = Field(description="Row of the titles, from 1; 0 when there is none")
    columns: KnownColumns = Field(default_factory=KnownColumns)
    is_list: Flag = Field(
        default=True,
        description="False: the sheet holds no persons; columns are not needed then",
    )


@router.get(
    "/imports/{import_id}/columns",
    responses={409: {"description": "It does not wait to be told its columns"}},
)
async def get_columns(import_id: str, command: CommandOf) -> ColumnsQuestion:
    """Show the first rows of a file, in full, to say which column is which."""
    command.caller.require(Permission.ENROLL)
    async with command.transaction() as tx:
        batch = await views.batch(tx, command.caller, import_id)
    asked = await columns_asked(batch, command.resources)
    return ColumnsQuestion(
        sheet=asked.sheet,
        is_alone=batch.require_asked().is_alone,
        header_row=asked.header_row,
        rows=[QuestionRow(row_no=row_no, cells=list(cells)) for row_no, cells in asked.shown],
        fields=[
            QuestionField(field=field, title=title, required=field in REQUIRED)
            for field, title in TITLES.items()
        ],
        columns=dict(asked.columns),
    )


@router.put("/imports/{import_id}/columns", status_code=202)
async def put_columns(import_id: str, body: GivenColumns, command: CommandOf) -> ImportAnswer:
    """Say which column of a sheet is which, or that it is no list; a worker then reads it again."""
    columns: dict[str, int] = body.columns.model_dump(exclude_none=True)
    async with command.transaction() as tx:
        return shown_import(
            await give_columns(
                import_id,
                body.sheet,
                body.header_row,
                columns,
                command.caller,
                tx,
                is_list=body.is_list,
            )
        )


@router.delete("/imports/{import_id}/columns")
async def delete_columns(import_id: str, command: CommandOf) -> ImportAnswer:
    """Give up a file that waits to be told its columns."""
    async with command.transaction() as tx:
        return shown_import(await give_up_columns(import_id, command.caller, tx))
