"""The events that enrollment consumes."""

from services.enrollment.handlers.applications_counting import (
    await_columns,
    begin_review,
    count_persons,
    decide_columns,
    reopen,
)
from services.enrollment.handlers.confirmations import (
    issue_confirmation,
    record_payment,
    record_reversal,
)
from shared.bus import on
from shared.contracts.invoicing import PaymentConfirmed, PaymentReceived, PaymentReversed
from shared.contracts.roster import (
    ImportColumnsGiven,
    ImportColumnsNeeded,
    ImportFinished,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)

SUBSCRIPTIONS = (
    on(ImportColumnsNeeded, await_columns),
    on(ImportColumnsGiven, decide_columns),
    on(ImportFinished, count_persons),
    on(RosterPersonsChanged, count_persons),
    on(RosterFrozen, begin_review),
    on(RosterFreezeRefused, reopen),
    on(PaymentReceived, record_payment),
    on(PaymentConfirmed, issue_confirmation),
    on(PaymentReversed, record_reversal),
)
