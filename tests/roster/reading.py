"""Rows of files as they are written."""

from services.roster.adapters.list_reader import ListReader
from services.roster.domain.persons import RawRow


def written_rows(content: bytes) -> list[RawRow]:
    """Return the rows with persons, none of them read."""
    return [found.written() for found in ListReader(content).rows(lambda _: lambda _: None)]
