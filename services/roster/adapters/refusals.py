"""Refusals of whole files, each with what to do."""

from shared.errors import Invalid


def unreadable() -> Invalid:
    """Return the refusal of a file that is no spreadsheet, or damaged."""
    return Invalid(
        "file_unreadable",
        "文件无法读取：请用表格软件打开后另存为 .xlsx，或使用模板重新填写后上传。",
    )


def encrypted() -> Invalid:
    """Return the refusal of an encrypted file."""
    return Invalid("file_encrypted", "文件已加密：请取消打开密码，保存后重新上传。")


def empty() -> Invalid:
    """Return the refusal of an empty file."""
    return Invalid("file_empty", "文件中没有内容：请使用模板填写参保人员后上传。")


def too_large() -> Invalid:
    """Return the refusal of a file that unpacks to more than a roster can be."""
    return Invalid(
        "file_too_large", "文件内容过大：请删除图片和无关的工作表，或将人员分成多个文件上传。"
    )


def too_wide() -> Invalid:
    """Return the refusal of a sheet whose cells are too far apart to be held in memory."""
    return Invalid(
        "sheet_too_wide",
        "工作表中有内容远离名单：请将名单复制到模板中保存，再重新上传。",
    )


def too_many_rows(limit: int) -> Invalid:
    """Return the refusal of more rows than one import takes."""
    return Invalid("too_many_rows", f"一个文件最多 {limit} 行：请将人员分成多个文件上传。")


def header_missing(titles: list[str]) -> Invalid:
    """Return the refusal of a sheet without the required columns."""
    missing = "".join(f"“{title}”" for title in titles)
    return Invalid("header_missing", f"没有找到表头{missing}：请使用模板，或补上该列后重新上传。")
