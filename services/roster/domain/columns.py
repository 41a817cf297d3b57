"""Columns that the operator says where the titles did not say what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.roster.domain.row_kinds import could_be_name, could_be_number
from shared.errors import Invalid

SHOWN, SHOWN_ABOVE = 10, 5
"""Rows below the row with the titles, and up to it."""


@dataclass(frozen=True)
class ChosenColumns:
    """What the operator said of a sheet: its row of titles, 0 for none, and fields to columns."""

    sheet: str
    header_row: int
    columns: Mapping[str, int]
    is_list: bool = True
    """Whether it is a list of persons; one that is none is passed over."""


@dataclass(frozen=True)
class ColumnsAsked:
    """A sheet whose columns are unknown: its first rows, a guess of the row with the titles.

    `columns` are those that are known already, fields to columns from 0.
    """

    sheet: str
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    columns: Mapping[str, int]

    @property
    def shown(self) -> Sequence[tuple[int, tuple[str, ...]]]:
        """Return the rows that are shown, around the guess."""
        return self.rows[max(self.header_row - SHOWN_ABOVE, 0) : self.header_row + SHOWN]

    def require_likely(self, chosen: ChosenColumns) -> None:
        """Raise Invalid, by field, for what cannot be: by what stands in the first rows.

        A person may not be taken for the titles or stand above them; the columns of numbers and
        names hold some.
        """
        name, number = chosen.columns["name"], chosen.columns["number"]
        if chosen.header_row > len(self.rows):
            raise Invalid(
                "header_row_unknown", "文件中没有这一行，请重新选择标题行。", field="header_row"
            )
        for row_no, texts in self.rows[: chosen.header_row]:
            if could_be_number(_text(texts, number)):
                message = f"第 {row_no} 行像是参保人员：请选择标题所在的行，或“没有标题行”。"
                raise Invalid("header_row_person", message, field="header_row")
        below = [texts for _, texts in self.rows[chosen.header_row :]]
        if not any(could_be_number(_text(texts, number)) for texts in below):
            message = "该列中没有证件号码，请重新选择。"
            raise Invalid("column_without_numbers", message, field="columns.number")
        if not any(could_be_name(_text(texts, name)) for texts in below):
            message = "该列中没有姓名，请重新选择。"
            raise Invalid("column_without_names", message, field="columns.name")


def _text(texts: Sequence[str], at: int) -> str:
    return texts[at] if at < len(texts) else ""
