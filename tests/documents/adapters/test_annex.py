"""Rosters in the annex of a confirmation."""

import io
from dataclasses import replace

import pytest
from PIL import ImageChops
from pypdf import PdfReader

from services.documents.adapters.annex_layout import annex_layout
from services.documents.adapters.renderer import render
from services.documents.domain.annex import AnnexRow, PlanRoster
from services.documents.domain.confirmation import ConfirmationPaper
from tests.documents.pictures import pictures, plain_annex
from tests.documents.samples import annex_row, confirmation

LINES_ON_FIRST, LINES_ON_NEXT = 47, 51


def with_rosters(*rosters: PlanRoster) -> ConfirmationPaper:
    """Return a confirmation with these rosters."""
    return replace(confirmation(2), annex=rosters)


def named(*names: str) -> tuple[AnnexRow, ...]:
    """Return persons of these names."""
    return tuple(annex_row(name, number) for number, name in enumerate(names, 1))


def annex_pages(paper: ConfirmationPaper) -> list[str]:
    """Read the pages after the form."""
    _, *pages = PdfReader(io.BytesIO(render(paper))).pages
    return [page.extract_text() for page in pages]


@pytest.mark.parametrize(
    ("persons", "pages"),
    [
        (1, 1),
        (LINES_ON_FIRST, 1),
        (LINES_ON_FIRST + 1, 2),
        (LINES_ON_FIRST + LINES_ON_NEXT, 2),
        (LINES_ON_FIRST + LINES_ON_NEXT + 1, 3),
    ],
)
def test_a_page_is_filled_before_the_next_begins(persons: int, pages: int) -> None:
    """With the head on each."""
    found = annex_pages(confirmation(persons))
    assert len(found) == pages
    assert all("证件号码" in page for page in found)
    assert all(f"共 {pages + 1} 页" in page for page in found)


def test_every_person_stands_there_once_and_in_order() -> None:
    """However long or rare the names; those that need more room too."""
    names = [
        "王芳",
        "欧阳𪡏",
        "买买提·阿不都热合曼",
        "ALEXANDER BARTHOLOMEW MACDONALD JR",
        "长" * 30,
    ]
    paper = with_rosters(PlanRoster("住院医疗", named(*(names * 30)), 0))
    text = "".join("".join(annex_pages(paper)).split())
    assert text.count("王芳") == text.count("欧阳𪡏") == text.count("阿不都热合曼") == 30
    assert text.count("长") == 900
    assert "ALEXANDERBARTHOLOMEW" in text
    numbers = [text.index(f"{number}王芳") for number in range(1, 150, 5)]
    assert numbers == sorted(numbers)


def test_a_title_stays_with_its_first_person() -> None:
    """A roster that begins at the foot of a page begins on the next."""
    rosters = [
        PlanRoster(f"活动{one}", named(*["王芳"] * count), 0) for one, count in ((1, 43), (2, 9))
    ]
    first, second = annex_pages(with_rosters(*rosters))
    assert "1．活动1" in first
    assert "活动2" not in first
    assert "2．活动2" in second


def test_a_plan_without_names_says_how_many_it_covers() -> None:
    """And has no table."""
    [page] = annex_pages(with_rosters(PlanRoster("住院医疗", (), 1_234)))
    assert "无名单 1234 人" in page
    assert "证件号码" not in page


def test_a_long_title_takes_more_lines_and_its_count_a_line_of_its_own() -> None:
    """Nothing is cut off."""
    plan = "在职职工重大疾病互助保障活动二〇二五年版标准方案" * 4
    [page] = annex_pages(with_rosters(PlanRoster(plan, named("王芳"), 3)))
    assert plan in "".join(page.split())
    assert "名单 1 人，无名单 3 人" in page


@pytest.mark.parametrize(
    "rosters",
    [
        (PlanRoster("住院医疗", named(*["王芳"] * 12), 0),),
        (
            PlanRoster("住院医疗", named("王芳", "欧阳娜娜", "ALEXANDER B MACDONALD JR II"), 3),
            PlanRoster("意外伤害", named("长" * 30, "王芳"), 0),
        ),
        (PlanRoster("职工重疾互助保障活动" * 6, named("王芳"), 12),),
        (PlanRoster("住院医疗", named(*["王芳"] * 25), 0), PlanRoster("意外", named("长" * 25), 0)),
    ],
    ids=["one", "two, with tall rows", "a long title", "many"],
)
def test_an_annex_looks_as_weasyprint_lays_it_out(rosters: tuple[PlanRoster, ...]) -> None:
    """But for how edges are smoothed: cells there are coloured one by one."""
    paper = with_rosters(*rosters)
    _, found = pictures(render(paper), 80)
    [wanted] = pictures(plain_annex(paper), 80)
    _, most = ImageChops.difference(found, wanted).convert("L").getextrema()
    assert isinstance(most, int)
    assert most < 110


def test_every_other_person_is_striped_over_all_pages() -> None:
    """Also when a page has an odd number of them."""
    layout = annex_layout()
    _, *pages = pictures(render(confirmation(120)), 96)
    person = 0
    for page, top in zip(pages, (layout.heading_height, 0.0, 0.0), strict=True):
        tinted = 0
        for y in range(int(layout.top + top), int(layout.bottom)):
            row = page.getpixel((int(layout.x) + 2, y))
            tinted += row == (240, 242, 245)
        stripes = round(tinted / int(layout.line))
        count = min(LINES_ON_NEXT if top == 0 else LINES_ON_FIRST, 120 - person)
        assert stripes == sum((person + one) % 2 for one in range(count))
        person += count


def test_the_layout_is_that_of_the_page_weasyprint_sets() -> None:
    """Lines of 5 mm, columns of whole half ems, 51 lines below a head."""
    found = annex_layout()
    millimetre = 96 / 25.4
    assert found.line == pytest.approx(5 * millimetre)
    assert found.across == pytest.approx(180 * millimetre)
    lines = (found.bottom - found.top - found.head_height - 3 * found.edge) / found.line
    assert int(lines) == LINES_ON_NEXT
