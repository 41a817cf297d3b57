"""Invented persons with valid check digits, and the template filled with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from random import Random

from openpyxl import Workbook, load_workbook
from stdnum.iso7064 import mod_11_2

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "海晏清河澄波松涛云帆明轩若溪文博雨桐思远子墨婉宁"
OLDEST, YOUNGEST = date(1970, 1, 1), date(2002, 12, 31)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    number: str
    mobile: str


def number_of(born: date, sequence: int, district: str = "370203") -> str:
    """Write a resident ID with its check character; an odd sequence is a man's."""
    body = f"{district}{born:%Y%m%d}{sequence:03d}"
    return body + mod_11_2.calc_check_digit(body)


def invent(count: int, *, seed: int = 0, women_only: bool = False) -> list[Person]:
    """Make up persons; the same seed, the same persons."""
    random = Random(seed)  # noqa: S311 - invented, not secret
    days = (YOUNGEST - OLDEST).days
    people: dict[str, Person] = {}
    while len(people) < count:
        born = OLDEST + timedelta(days=random.randrange(days))
        sequence = random.randrange(1, 999)
        number = number_of(born, sequence - sequence % 2 if women_only else sequence)
        name = random.choice(FAMILY) + "".join(random.sample(GIVEN, random.choice((1, 2))))
        mobile = f"13{random.randrange(10**9):09d}"
        people[number] = Person(name, number, mobile)
    return list(people.values())


def with_wrong_check(person: Person) -> Person:
    """Return the person a number whose check character is wrong."""
    wrong = "0" if person.number[-1] != "0" else "1"
    return replace(person, number=person.number[:-1] + wrong)


def fill(template: bytes, people: Sequence[Person]) -> bytes:
    """Fill the person template as an operator would."""
    book = load_workbook(BytesIO(template))
    sheet = book.worksheets[0]
    for row, person in enumerate(people, 2):
        values = (row - 1, person.name, person.number, person.mobile)
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    return saved(book)


def correct(failed_rows: bytes, number: str) -> bytes:
    """Correct the one row of a failed-rows workbook, and leave its reasons where they are."""
    book = load_workbook(BytesIO(failed_rows))
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if str(cell.value).startswith("身份证号"))
    sheet.cell(2, column, number)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()
