"""Every template is an archive's PDF/A-3a, tagged, small, and the same bytes everywhere."""

import io
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import page
import pikepdf
import pytest

from services.documents.adapters.renderer import render
from services.documents.domain.contents import PaperContent
from services.documents.domain.receipt import ReceiptPaper
from tests.documents.samples import (
    CASE_A,
    CASE_D,
    HOSTILE_NAME,
    LONG_LINES,
    WOMEN_8_TIMES_10,
    confirmation,
    notice,
    preview,
    receipt,
)

PAPERS: dict[str, tuple[PaperContent, ...]] = {
    "notice": (notice(*CASE_D),),
    "notice on two pages": (notice(*LONG_LINES),),
    "notice laid out in full": (notice(*CASE_A, unit=f"𪡏{HOSTILE_NAME}"),),
    "confirmation": (confirmation(120),),
    "receipt": (ReceiptPaper.of(receipt(WOMEN_8_TIMES_10)),),
    "preview": (preview(),),
    "two confirmations": (confirmation(60), confirmation(3)),
}
every_paper = pytest.mark.parametrize("papers", PAPERS.values(), ids=PAPERS.keys())


@every_paper
def test_a_paper_is_an_archives_pdf(papers: tuple[PaperContent, ...]) -> None:
    """PDF/A-3a: fonts within, colours defined, structure and words for whoever cannot see it."""
    report = page.validate_pdf_bytes(render(*papers), profile=page.ValidationProfile.PDF_A_3A)
    assert [(one.rule_id, one.message) for one in report.failures] == []


@every_paper
def test_a_paper_can_be_read_aloud(papers: tuple[PaperContent, ...]) -> None:
    """It passes PDF/UA-1 but for saying that it does."""
    report = page.validate_pdf_bytes(render(*papers), profile=page.ValidationProfile.PDF_UA_1)
    assert {one.rule_id for one in report.failures} == {
        "PDFUA1-ID-PART-001",
        "PDFUA1-ID-SCHEMA-001",
    }


@every_paper
def test_a_file_has_no_fault_that_a_reader_would_have_to_mend(
    papers: tuple[PaperContent, ...],
) -> None:
    """Objects, references, lengths."""
    with pikepdf.open(io.BytesIO(render(*papers))) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_a_notice_is_small() -> None:
    """Under 120 KB: each carries the signs that it shows, and no more."""
    assert len(render(notice(*CASE_D))) < 120_000
    assert len(render(notice(*LONG_LINES))) < 120_000


@every_paper
def test_the_same_paper_is_the_same_bytes_in_every_process(
    papers: tuple[PaperContent, ...],
) -> None:
    """Whatever a process drew before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as children:
        elsewhere = children.submit(render, *papers).result()
    render(notice(*CASE_A, unit="先前画过的单位"))
    assert render(*papers) == elsewhere


def test_a_file_of_many_papers_has_an_entry_for_each() -> None:
    """In its outline, and pages that are counted anew."""
    with pikepdf.open(io.BytesIO(render(confirmation(60), confirmation(3)))) as pdf:
        with pdf.open_outline() as outline:
            assert [str(one.title) for one in outline.root] == [
                "参保确认书 G00122024121010000845"
            ] * 2
        labels = [pdf.pages[number].label for number in range(5)]
        assert labels == ["1", "2", "3", "1", "2"]


def test_form_and_annex_are_one_structure() -> None:
    """A table of the annex has its head once, and a row for each person over all pages."""
    with pikepdf.open(io.BytesIO(render(confirmation(120)))) as pdf:
        root = pdf.Root.StructTreeRoot.K[0]
        [part] = root.K
        tables = [one for one in part.K if str(one.S) == "/Table"]
        head, body = tables[-1].K
        assert (str(head.S), str(body.S), len(body.K)) == ("/THead", "/TBody", 120)
        assert [str(one.S) for one in head.K[0].K] == ["/TH"] * 7
        assert len({row.K[0].Pg.StructParents for row in body.K}) == 3
