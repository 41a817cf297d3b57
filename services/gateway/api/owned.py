"""Schemas of other services that the gateway composes or passes on.

The gateway cannot import them: each class here only stands for the one of the same name, and the
merged description says what its owner says.
"""

from pydantic import BaseModel, ConfigDict

from services.gateway.adapters.openapi import OWNED


class Owned(BaseModel):
    """A schema that its owner describes."""

    model_config = ConfigDict(json_schema_extra={OWNED: True})


class ApplicationAnswer(Owned):
    """An application, by enrollment."""


class RosterAnswer(Owned):
    """How a roster stands, by roster."""


class ImportAnswer(Owned):
    """An import, by roster."""


class BillingAnswer(Owned):
    """A billing, by invoicing."""


class NewPayment(Owned):
    """Money that arrived, as invoicing takes it."""


class ExpectedPayment(Owned):
    """What entering a payment would do, by invoicing."""


class PaymentAnswer(Owned):
    """A payment, by invoicing."""


class Receipt(Owned):
    """Everything on a receipt, by invoicing."""


class PaperAnswer(Owned):
    """A paper, by documents."""


class PrintAnswer(Owned):
    """A print, by documents."""


class TakingAnswer(Owned):
    """Somebody printed a paper, by documents."""


class RegistrationAnswer(Owned):
    """A unit's registration, by enrollment."""


class Registrations(Owned):
    """The registrations of a mobile, by enrollment."""
