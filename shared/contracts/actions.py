"""What may come next for an application: each service names those of its own part."""

from enum import StrEnum


class NextAction(StrEnum):
    """What the signed-in account may do next with an application."""

    EDIT = "edit"
    IMPORT = "import"
    SUBMIT = "submit"
    CANCEL = "cancel"
    REVIEW = "review"
    PRINT_PAYMENT_NOTICE = "print_payment_notice"
    INVOICE = "invoice"
    ENTER_PAYMENT = "enter_payment"
    REVERSE_PAYMENT = "reverse_payment"
    PRINT_CONFIRMATION = "print_confirmation"
    DOWNLOAD_ROSTER = "download_roster"
    ARCHIVE = "archive"
