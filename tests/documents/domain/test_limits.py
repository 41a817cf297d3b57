"""How long drawing may take, and how many papers go into one job in advance."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.annex import AnnexRow, PlanRoster
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.limits import bundles, drawing_seconds
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from tests.documents.samples import (
    ACCOUNT,
    CASE_A,
    CASE_C,
    WOMEN_8_TIMES_10,
    approved,
    issued,
    receipt,
    roster,
)

NOTICE = PaymentNotice.of(approved(*CASE_A), ACCOUNT)
RECEIPT = ReceiptPaper.of(receipt(WOMEN_8_TIMES_10))


def confirmation(*persons: int) -> ConfirmationPaper:
    """Return a confirmation of plans with so many persons each."""
    row = AnnexRow(1, "", "", "", "", "", "")
    annex = tuple(PlanRoster("", (row,) * count, 0) for count in persons)
    return replace(ConfirmationPaper.of(issued(*CASE_C), roster(), ""), annex=annex)


@pytest.mark.parametrize(
    ("papers", "seconds"),
    [
        ([NOTICE], 60),
        ([RECEIPT], 60),
        ([NOTICE] * 50, 158),
        ([confirmation(0)], 60),
        ([confirmation(60_000, 40_000)], 1_060),
        ([confirmation(1_000), confirmation(2_000)], 92),
    ],
)
def test_a_form_has_a_minute_and_a_long_list_more(
    papers: list[PaymentNotice], seconds: int
) -> None:
    """What takes longer is stopped, whoever waits is told; 100,000 persons still pass."""
    assert drawing_seconds(papers) == pytest.approx(seconds)


@given(st.lists(st.integers(), max_size=220))
def test_papers_are_put_into_as_few_jobs_as_hold_them(papers: list[int]) -> None:
    """Fifty at most in one; none is left out, twice or out of its turn."""
    found = list(bundles(papers))
    assert [paper for bundle in found for paper in bundle] == papers
    assert [len(bundle) for bundle in found[:-1]] == [50] * (len(found) - 1)
    assert all(1 <= len(bundle) <= 50 for bundle in found)
