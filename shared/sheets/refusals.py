"""Refusals of whole files: each says what the file is, and what to do."""

from shared.errors import Invalid


def unreadable() -> Invalid:
    """Return the refusal of a file that is no spreadsheet, or damaged."""
    return Invalid(
        "file_unreadable", "文件无法读取：请用表格软件打开，检查后另存为 .xlsx，再重新上传。"
    )


def no_spreadsheet(kind: str) -> Invalid:
    """Return the refusal of a file of another kind, which has a name: “PDF 文件”."""
    return Invalid(
        "file_unreadable",
        f"文件不是表格（{kind}）：请将内容填入表格，用表格软件另存为 .xlsx 后上传。",
    )


def other_spreadsheet(kind: str) -> Invalid:
    """Return the refusal of a spreadsheet in a format that is not read."""
    return Invalid(
        "file_unreadable", f"这是{kind}，系统不能读取：请用表格软件打开，另存为 .xlsx 后上传。"
    )


def packed(kind: str) -> Invalid:
    """Return the refusal of an archive of files."""
    return Invalid("file_unreadable", f"这是{kind}：请解压，将其中的表格逐个上传。")


def unknown_error() -> Invalid:
    """Return the refusal of a workbook whose reader does not know an error that a cell shows."""
    return Invalid(
        "file_unreadable",
        "表格中有系统不认识的错误值（以 # 开头）：请改正其公式，或改为直接填写，再重新上传。",
    )


def encrypted() -> Invalid:
    """Return the refusal of an encrypted file."""
    return Invalid(
        "file_encrypted", "文件设有密码：请用表格软件打开，取消打开密码和保护，保存后重新上传。"
    )


def protected() -> Invalid:
    """Return the refusal of a file that a program for the protection of documents has encrypted."""
    return Invalid(
        "file_encrypted", "文件由加密软件保护，系统不能读取：请解密（或去除密码）后重新上传。"
    )


def empty() -> Invalid:
    """Return the refusal of an empty file."""
    return Invalid("file_empty", "文件中没有内容：请填写表格，保存后重新上传。")


def too_large() -> Invalid:
    """Return the refusal of a file that unpacks to more than can be read."""
    return Invalid("file_too_large", "文件内容过大：请删除图片和无关的工作表，或分成多个文件上传。")


def too_wide() -> Invalid:
    """Return the refusal of a sheet whose cells are too far apart to be held in memory."""
    return Invalid(
        "sheet_too_wide",
        "工作表中有内容远离表格：请将表格复制到新的工作簿中保存，再重新上传。",
    )


def quote_unpaired(line: int) -> Invalid:
    """Return the refusal of text in which a quote may have swallowed lines; `line` is from 1."""
    return Invalid(
        "quote_unpaired",
        f"第 {line} 行的引号没有成对，其后的内容会错位：请删除多余的引号，"
        "或用表格软件打开后另存为 .xlsx，再重新上传。",
    )
