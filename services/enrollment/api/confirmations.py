"""Confirmations: HTTP endpoints."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.enrollment.api.applications import priced_answer
from services.enrollment.api.schemas import ApplicationAnswer
from services.enrollment.handlers import confirmations
from shared.contracts.files import StoredFile
from shared.http.commands import CommandOf
from shared.values import ConfirmationNo

router = APIRouter(tags=["applications"])


class Archive(BaseModel):
    """The scan that the gateway has stored."""

    file: StoredFile


@router.post("/confirmations/{confirmation_no}/archive")
async def archive_confirmation(
    confirmation_no: ConfirmationNo, body: Archive, command: CommandOf, response: Response
) -> ApplicationAnswer:
    """File the signed and stamped paper."""
    async with command.transaction() as tx:
        archived = await confirmations.archive(confirmation_no, body.file, command.caller, tx)
        return await priced_answer(tx, archived, response)
