"""Whatever is drafted, submitted and voided, invoices never come to more than is owed."""

from copy import copy
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.invoicing.domain.invoices import Draft, InvoiceState
from shared.errors import Refusal
from tests.invoicing.samples import billed, billing, draft

LINES = {"NGTB": 8, "YWSH": 4}
LINE = st.tuples(st.integers(1, 9), st.decimals("0.01", "60.00", places=2))
DRAFTS = st.dictionaries(st.sampled_from(list(LINES)), LINE, min_size=1).map(
    lambda chosen: draft(*((code, persons, str(at)) for code, (persons, at) in chosen.items()))
)


class Invoices(RuleBasedStateMachine):
    """Random commands on two lines of 400.00 and 80.00."""

    def __init__(self) -> None:
        super().__init__()
        self.billing = billing(billed("NGTB", 8, "400.00"), billed("YWSH", 4, "80.00"))
        self.made = 0

    def _add(self, filled: Draft) -> None:
        self.made += 1
        self.billing.add_invoice(f"LZ{self.made}", filled)

    @rule(filled=DRAFTS)
    def add(self, filled: Draft) -> None:
        """Add a draft; if it exceeds what remains, it is refused and not kept."""
        before = list(self.billing.invoices)
        try:
            self._add(filled)
        except Refusal:
            assert self.billing.invoices == before

    @rule()
    def add_the_rest(self) -> None:
        """Add a draft of all that remains, which is always possible."""
        rest = [(code, 1, str(left)) for code, left in self.billing.remaining.items() if left]
        if rest:
            self._add(draft(*rest))
        assert not any(self.billing.remaining.values())

    @rule(filled=DRAFTS, data=st.data())
    def change(self, filled: Draft, data: st.DataObject) -> None:
        """Change any invoice; only drafts may change, and only within what remains."""
        if self.billing.invoices:
            chosen = data.draw(st.sampled_from(self.billing.invoices))
            before = list(self.billing.invoices)
            try:
                self.billing.change_invoice(chosen.invoice_id, filled)
                assert chosen.state is InvoiceState.DRAFT
            except Refusal:
                assert self.billing.invoices == before

    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        """Void any invoice; its amount remains again."""
        if self.billing.invoices:
            chosen = data.draw(st.sampled_from(self.billing.invoices))
            before = sum(self.billing.remaining.values(), Decimal(0))
            try:
                self.billing.void(chosen.invoice_id, "抬头有误", "A8")
                assert sum(self.billing.remaining.values(), Decimal(0)) == before + chosen.total
            except Refusal:
                assert chosen.state in (InvoiceState.DRAFT, InvoiceState.VOID)

    @rule()
    def submit(self) -> None:
        """Submit every draft; only when nothing remains."""
        before = copy(self.billing)
        drafts = [one for one in before.invoices if one.state is InvoiceState.DRAFT]
        good = bool(drafts) and not any(before.remaining.values())
        try:
            submitted = self.billing.submit()
            assert good
            assert len(submitted) == len(drafts)
        except Refusal:
            assert not good
            assert self.billing == before

    @invariant()
    def no_line_is_invoiced_beyond_what_it_owes(self) -> None:
        """Sum all invoices that are not void, independently of `remaining`."""
        invoiced = dict.fromkeys(LINES, Decimal(0))
        for invoice in self.billing.invoices:
            if invoice.state is not InvoiceState.VOID:
                for line in invoice.draft.lines:
                    invoiced[line.plan_code] += line.persons * line.unit_price
        assert invoiced["NGTB"] <= Decimal("400.00")
        assert invoiced["YWSH"] <= Decimal("80.00")


Invoices.TestCase.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)


class TestInvoices(Invoices.TestCase):  # type: ignore[misc, valid-type] # made at run time
    """No order of commands invoices a 分 too much; what is refused changes nothing."""
