"""Districts: HTTP endpoints."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.enrollment.adapters.districts import all_districts
from shared.http.commands import OPEN

router = APIRouter(tags=["catalogue"])

A_DAY = "public, max-age=86400"


class DistrictAnswer(BaseModel):
    """A province, city or county with the places in it."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    children: list["DistrictAnswer"]


@router.get("/districts", openapi_extra=OPEN)
async def get_districts(response: Response) -> list[DistrictAnswer]:
    """List the provinces of today with their cities and counties (GB/T 2260)."""
    response.headers["Cache-Control"] = A_DAY
    return [DistrictAnswer.model_validate(one) for one in all_districts()]
