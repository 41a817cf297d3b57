"""Plans: HTTP endpoints."""

from fastapi import APIRouter

from services.enrollment import views
from shared.contracts.enrollment import Plan
from shared.http.commands import CommandOf

router = APIRouter(tags=["catalogue"])


@router.get("/plans")
async def get_plans(command: CommandOf) -> list[Plan]:
    """List the plans on offer with their rules."""
    async with command.transaction() as tx:
        return await views.plans(tx)
