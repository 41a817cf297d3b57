"""Everything that stands on a paper, of any kind."""

from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.receipt import ReceiptPaper

PaperContent = PaymentNotice | ConfirmationPaper | ReceiptPaper
