"""How a long roster is set fast: several persons share the cells of one table row."""

import unicodedata
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from services.documents.domain.annex import AnnexRow

PERSONS_A_BLOCK = 5
# Columns 姓名, 证件类型, 证件号码: what surely fits on one line, in ems, at papers.css's widths.
NAME_EMS = 11.0
KIND_EMS = 10.3
NUMBER_EMS = 11.6
WIDE_EM, NARROW_EM = 1.0, 0.65


@dataclass(frozen=True)
class Block:
    """One table row: seven columns, a line per person; `wraps` when it holds one long person."""

    columns: tuple[str, ...]
    wraps: bool = False


def blocks(rows: tuple[AnnexRow, ...]) -> Iterator[Block]:
    """Put persons into blocks in their order; who does not fit on one line stands alone."""
    together: list[AnnexRow] = []
    for row in rows:
        alone = not _fits_on_a_line(row)
        if together and (alone or len(together) == PERSONS_A_BLOCK):
            yield _block(together)
            together = []
        if alone:
            yield Block(tuple(map(str, astuple(row))), wraps=True)
        else:
            together.append(row)
    if together:
        yield _block(together)


def _block(rows: list[AnnexRow]) -> Block:
    return Block(tuple("\n".join(map(str, column)) for column in zip(*map(astuple, rows), strict=True)))


def _fits_on_a_line(row: AnnexRow) -> bool:
    return (
        _ems(row.name) <= NAME_EMS
        and _ems(row.document_kind) <= KIND_EMS
        and _ems(row.document_number) <= NUMBER_EMS
    )


def _ems(text: str) -> float:
    return sum(
        WIDE_EM if unicodedata.east_asian_width(sign) in "WFA" else NARROW_EM for sign in text
    )
