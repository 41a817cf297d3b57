"""Refusals of whole rosters, each with what to do; those of any spreadsheet are in shared."""

from collections.abc import Sequence

from shared.errors import Invalid


def too_many_rows(limit: int) -> Invalid:
    """Return the refusal of more rows than one import takes."""
    return Invalid("too_many_rows", f"一个文件最多 {limit} 行：请将人员分成多个文件上传。")


def header_missing(titles: Sequence[str]) -> Invalid:
    """Return the refusal of a file without the required columns."""
    missing = "".join(f"“{title}”" for title in titles)
    return Invalid("header_missing", f"没有找到表头{missing}：请使用模板，或补上该列后重新上传。")


def rows_above_header(row_no: int, sheet: str) -> Invalid:
    """Return the refusal of a list with persons above its titles."""
    where = f"工作表“{sheet}”" if sheet else ""
    return Invalid(
        "rows_above_header",
        f"{where}第 {row_no} 行在表头之上，像是参保人员：请将表头移到名单的第一行，再重新上传。",
    )


def titles_below(row_no: int, sheet: str) -> Invalid:
    """Return the refusal of a list with other titles below, which nobody knows."""
    where = f"工作表“{sheet}”" if sheet else ""
    return Invalid(
        "titles_below",
        f"{where}第 {row_no} 行像是另一个名单的表头，其中的列无法识别："
        "请将该名单移到单独的工作表，再重新上传。",
    )


def persons_beside_list(row_no: int, column: int, sheet: str) -> Invalid:
    """Return the refusal of a list with persons in columns that have no titles."""
    where = f"工作表“{sheet}”" if sheet else ""
    return Invalid(
        "persons_beside_list",
        f"{where}第 {row_no} 行第 {column} 列有身份证号，但该列没有标题："
        "请为各列填写标题，或将并排的名单移到同一列，再重新上传。",
    )


def nobody() -> Invalid:
    """Return the refusal of a file without persons."""
    return Invalid("file_empty", "文件中没有人员，请填写后再上传。")
