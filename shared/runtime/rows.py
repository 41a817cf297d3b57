"""Rows behind domain objects: a save writes what changed since they were loaded."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row")


def columns_for(kind: type[Any], row: object) -> dict[str, Any]:
    """Return a row's columns that a dataclass has fields for, by name."""
    return {one.name: getattr(row, one.name) for one in fields(kind)}


class LoadedRows(Generic[Row]):
    """The rows that one repository has loaded or added.

    The session itself forgets a row that nobody holds. Loaded anew for a save, it would be what
    somebody else has committed meanwhile, and the object would write that over.
    """

    def __init__(self, session: AsyncSession, kind: type[Row]) -> None:
        self._session = session
        self._kind = kind
        self._key = tuple(column.key for column in inspect(kind, raiseerr=True).primary_key)
        self._rows: dict[tuple[object, ...], Row] = {}

    def keep(self, row: Row) -> Row:
        """Hold a row that was loaded; returns it."""
        self._rows[tuple(getattr(row, name) for name in self._key)] = row
        return row

    def save(self, columns: Mapping[str, object]) -> None:
        """Write what differs from the loaded row; add a row when none was loaded.

        A list is to be replaced, not changed in place: it may be the row's own.
        """
        row = self._rows.get(tuple(columns[name] for name in self._key))
        if row is None:
            row = self._kind(**columns)
            self._session.add(self.keep(row))
            return
        for name, value in columns.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
