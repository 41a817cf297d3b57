"""A file read, checked and sealed in a child process, in chunks for COPY."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.roster.adapters.corrections import corrected_batch
from services.roster.adapters.list_reader import ListReader
from services.roster.adapters.recalled_columns import recalling, titles_hash
from services.roster.adapters.refusals import nobody
from services.roster.adapters.row_encoder import BEGIN, END, RowEncoder
from services.roster.domain.checking import Checking
from services.roster.domain.columns import ChosenColumns
from services.roster.domain.persons import RawRow
from services.roster.domain.row_kinds import RowKind
from shared.contracts.enrollment import PlanRules
from shared.runtime.sealing import DerivedKeys, Sealer

ROWS_PER_CHUNK = 10_000
MOST_TOLD = 5_000
"""Rows that are kept to be told of: where there are more, the file is read again."""


WrittenRow = tuple[int, RawRow]
"""A row as it is written, and its place."""


@dataclass(frozen=True, slots=True)
class FileToRead:
    """What is read: a file for the lines of some plans, their rules in the order of the bits."""

    content: bytes
    rules: Mapping[str, PlanRules]
    today: date
    keys: DerivedKeys
    chosen: Sequence[ChosenColumns] = ()
    recalled: Mapping[bytes, Mapping[str, int]] | None = None
    """Columns chosen before, by the keyed hash of their titles."""

    def lists(self) -> ListReader:
        """Return the reader of its lists."""
        return ListReader(self.content, self.chosen, recalling(self.keys, self.recalled or {}))

    def hashed(
        self, learnt: Sequence[tuple[Sequence[str], Mapping[str, int]]]
    ) -> Iterator[tuple[bytes, Mapping[str, int]]]:
        """Yield the hashes of titles with the columns that were chosen under them."""
        sealer = Sealer(self.keys)
        for titles, columns in learnt:
            if (written := titles_hash(titles, sealer)) is not None:
                yield written, columns


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows for COPY, and how many of the file's persons have been looked at up to here."""

    copied: bytes
    until: int
    """The place of the last person: no place of a later chunk is before it."""
    done: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """The end of a file: its rows by kind."""

    counts: Mapping[RowKind, int]
    told: Sequence[WrittenRow] | None
    """The rows that are refused or warned of; None when there are more than `MOST_TOLD`."""
    learnt: Sequence[tuple[bytes, Mapping[str, int]]]
    """Keyed hashes of titles, and the columns that were chosen under them."""
    recalled: Sequence[bytes]
    """Keyed hashes of titles whose columns were known from before."""
    corrects: str | None
    """The import whose failed rows the file says it holds."""


def staged(file: FileToRead, import_id: str, application_no: str) -> Iterator[Chunk | FileRead]:
    """Yield the persons of a file that some plan takes, then its counts.

    Raises ColumnsUnknown, and Invalid for the file as a whole.
    """
    lists = file.lists()
    checking = Checking(file.rules, file.today)
    encoder = RowEncoder(import_id, application_no, file.keys)
    plain_row, all_plans = encoder.plain_row, checking.all_plans
    rows: list[bytes] = []
    told: list[WrittenRow] = []
    for done, found in enumerate(lists.rows(checking.plain_reader), 1):
        plain = found.plain
        if plain is not None:
            rows.append(plain_row(found.place, plain, all_plans))
            is_told = plain.over_usual_age > 0
        else:
            judged = checking.judged(found.written())
            is_told = judged.told
            if judged.person is not None:
                over_age = judged.over_usual_age
                rows.append(encoder.row(found.place, judged.person, judged.joins, over_age))
        if is_told and len(told) <= MOST_TOLD:
            told.append((found.place, found.written()))
        if done % ROWS_PER_CHUNK == 0:
            yield Chunk(b"".join((BEGIN, *rows, END)), found.place, done)
            rows.clear()
    done = lists.counts[RowKind.PERSON]
    if not done:
        raise nobody()
    if done % ROWS_PER_CHUNK:
        yield Chunk(b"".join((BEGIN, *rows, END)), found.place, done)
    yield FileRead(
        dict(lists.counts),
        told if len(told) <= MOST_TOLD else None,
        list(file.hashed(lists.learnt)),
        [titles for titles, _ in file.hashed(lists.recalled)],
        corrected_batch(file.content),
    )
