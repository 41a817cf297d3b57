"""What is known of a paper before it is drawn."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.documents.domain.actions import next_actions
from services.documents.domain.papers import Paper, confirmation_of, notice_of, printing, receipt_of
from services.documents.domain.prints import Print, PrintState
from shared.catalogue.samples import sample_of
from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import InvoiceIssued
from shared.errors import Conflict
from shared.identity.caller import Caller
from shared.identity.permissions import Permission, Role
from tests.documents.samples import APPLICATION_NO, CASE_D, approved, issued

AT = datetime(2025, 11, 25, 9, tzinfo=UTC)
NOTICE = notice_of(approved(*CASE_D), AT)
CONFIRMATION = confirmation_of(issued(*CASE_D), AT)
PDF = StoredFile(key="papers/1", file_name="1.pdf", media_type="application/pdf", digest="", size=1)


def _print() -> Print:
    return Print("1", PaperKind.PAYMENT_NOTICE, [APPLICATION_NO], "0012", AT)


def test_a_notice_is_for_what_the_unit_owes() -> None:
    """It is found by the application's number and the day of entry; nobody has printed it yet."""
    assert (NOTICE.number, NOTICE.amount, NOTICE.business) == (
        APPLICATION_NO,
        Decimal("2400.00"),
        "enrollment",
    )
    assert (NOTICE.entered_on, NOTICE.effective_on) == (date(2025, 9, 19), None)
    assert (NOTICE.print_count, NOTICE.archived) == (0, False)
    assert NOTICE.plan_names == [line.plan_name for line in CASE_D]
    assert NOTICE.content["payable"] == "2400.00"


def test_a_confirmation_is_for_the_whole_fee() -> None:
    """It is found by its own number and its days."""
    assert (CONFIRMATION.number, CONFIRMATION.amount) == (
        "G00122024121010000845",
        Decimal("3275.00"),
    )
    assert (CONFIRMATION.effective_on, CONFIRMATION.confirmed_on) == (
        date(2024, 12, 9),
        date(2024, 12, 10),
    )
    assert CONFIRMATION.content["effective_on"] == "2024-12-09"


def test_a_receipt_is_the_payers() -> None:
    """It is found by the invoice's number; it is no business of an application's kind."""
    event = InvoiceIssued.model_validate(sample_of(InvoiceIssued.topic)["data"])
    paper = receipt_of(event, AT)
    assert (paper.number, paper.unit_name) == (event.invoice_id, event.receipt.payer)
    assert (paper.agency_name, paper.business) == ("", "")
    assert paper.content["total"] == f"{event.receipt.total:.2f}"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("papers", "due", "to"),
    [
        ([], [], []),
        ([NOTICE], ["print_payment_notice"], [Role.OPERATOR]),
        (
            [NOTICE, CONFIRMATION],
            ["print_confirmation"],
            [Role.OPERATOR, Role.OFFICE_REVIEWER],
        ),
    ],
)
def test_the_newest_paper_is_offered_to_whom_it_is_for(
    role: Role, papers: list[Paper], due: list[str], to: list[Role]
) -> None:
    """The notice to the unit; the confirmation to those who may have the persons in full."""
    caller = Caller(account_id="A1", name="", role=role, office_id="0012")
    assert next_actions(papers, caller) == (due if role in to else [])


def test_a_print_is_ready_when_its_file_is_there() -> None:
    """Until then it is a conflict with a sentence; ready once."""
    one = _print()
    with pytest.raises(Conflict, match="正在生成") as refused:
        one.ready_file()
    assert refused.value.code == "not_ready"
    one.finish(PDF)
    assert (one.state, one.ready_file()) == (PrintState.DONE, PDF)
    with pytest.raises(ValueError, match=r"^1 is done already$"):
        one.finish(PDF)
    with pytest.raises(ValueError, match=r"^1 is done already$"):
        one.give_up()


def test_a_print_that_was_given_up_can_be_made_all_the_same() -> None:
    """An operator has it tried again, and it may be given up again."""
    one = _print()
    for _ in range(2):
        one.give_up()
        assert one.state is PrintState.FAILED
    one.finish(PDF)
    assert one.ready_file() == PDF


def test_a_confirmation_is_printed_by_who_may_have_its_persons_in_full() -> None:
    """All other papers by whoever prints."""
    needed = {kind: printing(kind) for kind in PaperKind}
    assert needed.pop(PaperKind.CONFIRMATION) is Permission.EXPORT
    assert set(needed.values()) == {Permission.PRINT}
