"""Invented people with valid resident IDs, the same ones for the same seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shared.contracts.enrollment import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DISTRICTS = ("370202", "370203", "370212", "370213", "370214", "370281", "370283", "370285")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春建国文"
_FIRST_BIRTH, _DAYS = date(1967, 1, 1), 38 * 365


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist."""

    name: str
    number: str
    sex: Sex
    birth_date: date
    mobile: str


def resident_number(district: str, birth_date: date, sequence: int) -> str:
    """Return a resident ID with its check character (GB 11643); an odd sequence is a man's."""
    digits = f"{district}{birth_date:%Y%m%d}{sequence:03d}"
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return digits + _CHECKS[weighted % 11]


def invented_people(n: int, *, seed: int = 0, women: int | None = None) -> list[Invented]:
    """Return n invented people of working age with distinct numbers; `women` says how many are."""
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    sexes = (
        [random.choice(tuple(Sex)) for _ in range(n)]
        if women is None
        else [Sex.FEMALE] * women + [Sex.MALE] * (n - women)
    )
    random.shuffle(sexes)
    people: dict[str, Invented] = {}
    for sex in sexes:
        person = _invent(random, sex)
        while person.number in people:
            person = _invent(random, sex)
        people[person.number] = person
    return list(people.values())


def _invent(random: Random, sex: Sex) -> Invented:
    born = _FIRST_BIRTH + timedelta(days=random.randrange(_DAYS))
    sequence = random.randrange(2, 998, 2) + (sex is Sex.MALE)
    name = random.choice(_SURNAMES) + "".join(random.choices(_GIVEN, k=random.choice((1, 2, 2))))
    number = resident_number(random.choice(_DISTRICTS), born, sequence)
    mobile = f"1{random.choice('35789')}{random.randrange(10**9):09d}"
    return Invented(name, number, sex, born, mobile)
