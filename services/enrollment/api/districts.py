"""Districts: HTTP endpoints."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.enrollment.adapters.districts import all_districts
from shared.http.commands import OPEN

router = APIRouter(tags=["catalogue"])

A_DAY = "public, max-age=86400"


class CountyAnswer(BaseModel):
    """A county."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="GB/T 2260")
    name: str


class CityAnswer(CountyAnswer):
    """A city with its counties; one without any is a place by itself."""

    children: list[CountyAnswer]


class ProvinceAnswer(CountyAnswer):
    """A province with its cities."""

    children: list[CityAnswer]


@router.get("/districts", openapi_extra=OPEN)
async def get_districts(response: Response) -> list[ProvinceAnswer]:
    """List the provinces of today with their cities and counties (GB/T 2260)."""
    response.headers["Cache-Control"] = A_DAY
    return [ProvinceAnswer.model_validate(one) for one in all_districts()]
