"""Searching lists: conditions from what people type, and counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.enrollment import Kind
from shared.errors import Invalid
from shared.http.dependencies import made
from shared.values import NUMBER_LENGTH, Day, folded

EXACT_UP_TO = 10_000

Days = tuple[date | None, date | None]
"""A range of days; either end may be open."""
Condition = ColumnElement[bool]


Typed = Annotated[str, Field(max_length=200), AfterValidator(folded)]
"""A part of a number or a name as somebody types it: in any case, full-width, with spaces."""
UnitPart = Annotated[Typed, Query(description="A part of the unit's name")]


def has_part(column: Any, part: str) -> Condition:  # noqa: ANN401 - a mapped column of text
    """Return the condition that a folded column contains a part; `%` and `_` are themselves."""
    found: Condition = column.contains(part, autoescape=True)
    return found


def has_number(column: Any, part: str, length: int) -> Condition:  # noqa: ANN401 - the same
    """Return the condition that a number contains a part; a whole one is looked up."""
    whole: Condition = column == part
    return whole if len(part) >= length else has_part(column, part)


def within(column: Any, days: Days) -> Iterator[Condition]:  # noqa: ANN401 - a mapped column of days
    """Yield the conditions of a range of days."""
    first, last = days
    if first is not None:
        yield column >= first
    if last is not None:
        yield column <= last


def in_order(first: date | None, last: date | None, field: str) -> Days:
    """Return a range of days; Invalid when it ends before it begins."""
    if first is not None and last is not None and first > last:
        raise Invalid("days_reversed", "开始日期不能晚于结束日期，请修改后查询。", field=field)
    return first, last


@dataclass(frozen=True)
class Search:
    """What applications and billings are searched by; an empty field is no condition."""

    number: Annotated[Typed, Query(description="A part of the application's number")] = ""
    unit: UnitPart = ""
    plan: Annotated[str | None, Query(max_length=40, description="A plan by its code")] = None
    kind: Kind | None = None
    entered_from: Day | None = None
    entered_to: Day | None = None

    def conditions(self, rows: Any) -> Iterator[Condition]:  # noqa: ANN401 - any table class with these columns
        """Yield the conditions of the search."""
        yield from within(
            rows.entered_on, in_order(self.entered_from, self.entered_to, "entered_from")
        )
        if self.number:
            yield has_number(rows.application_no, self.number, NUMBER_LENGTH)
        if self.unit:
            yield has_part(rows.unit_folded, self.unit)
        if self.plan is not None:
            yield rows.plans.contains([self.plan])
        if self.kind is not None:
            yield rows.kind == self.kind


SearchOf = Annotated[Search, Depends(made(Search))]


class Counted(BaseModel):
    """How many a search finds on all its pages."""

    total: int = Field(description=f"How many there are on all pages; {EXACT_UP_TO} at most")
    total_is_exact: bool = Field(description=f"False when there are more than {EXACT_UP_TO}")


async def counted(
    session: AsyncSession, matching: Select[Any], page: int, limit: int, cursor: str | None
) -> Counted:
    """Return how many rows a query finds, counted up to `EXACT_UP_TO`.

    `page` rows were found at `cursor`: a first page that is the last one has been counted by that.
    """
    if cursor is None and page <= limit:
        return Counted(total=page, total_is_exact=True)
    some = matching.limit(EXACT_UP_TO + 1).subquery()
    found = await session.scalar(select(func.count()).select_from(some)) or 0
    return Counted(total=min(found, EXACT_UP_TO), total_is_exact=found <= EXACT_UP_TO)
