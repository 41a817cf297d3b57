"""A list with a title that nobody knows, so that the operator has to say which column is which."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

from examples.people import Person

KNOWN = {"number": 2, "mobile": 3}
"""Columns whose titles are understood."""
GIVEN = {"sheet": "", "header_row": 1, "columns": {"name": 1, **KNOWN}}
"""What the operator has to say of it."""


def untitled(people: Sequence[Person], title: str) -> bytes:
    """Write persons as text, their names under a title of no meaning.

    What is said of one is remembered for the unit: each test has a title of its own.
    """
    titles = ("序号", title, "身份证号", "手机号")
    rows = [
        (str(place), one.name, one.number, one.mobile) for place, one in enumerate(people, start=1)
    ]
    return "\n".join(",".join(row) for row in (titles, *rows)).encode()


def with_contacts(people: Sequence[Person]) -> bytes:
    """Write a workbook with a list, and a sheet 联系人 with the last person under other titles."""
    *listed, contact = people
    book = Workbook()
    book["Sheet"].title = "名单"
    for row in (("姓名", "身份证号"), *((one.name, one.number) for one in listed)):
        book["名单"].append(row)
    contacts = book.create_sheet("联系人")
    contacts.append(("姓名", "电话", "编码"))
    contacts.append((contact.name, contact.mobile, contact.number))
    content = BytesIO()
    book.save(content)
    return content.getvalue()
