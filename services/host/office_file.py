"""The file with which an empty system begins: an office, its agencies and what belongs to them."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from services.enrollment.adapters.districts import all_codes
from services.enrollment.domain.offices import Office, require_distinct_districts
from services.enrollment.domain.subsidies import SubsidyRule
from shared.contracts.enrollment import Plan
from shared.errors import CannotStart, Refusal

Text = Annotated[str, StringConstraints(min_length=1)]


class Strict(BaseModel):
    """A part of the file; a word that nobody reads is mistyped."""

    model_config = ConfigDict(extra="forbid")


class ReceivingAccount(Strict):
    """Where the office's money arrives."""

    office_id: Text
    office_name: Text
    name: Text
    number: Text
    bank: Text
    line_number: Text


class ReceiptBook(Strict):
    """Who issues the office's receipts."""

    office_id: Text
    payee: Text
    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class OfficeFile(Strict):
    """The seed file's format, without units and accounts.

    Without a plan no application can be made, without account and receipt book no money taken, and
    nothing adds them later.
    """

    offices: list[Office] = Field(min_length=1)
    plans: list[Plan] = Field(min_length=1)
    subsidies: list[SubsidyRule] = []
    receiving_accounts: list[ReceivingAccount] = Field(min_length=1)
    receipt_books: list[ReceiptBook] = Field(min_length=1)


def read_office(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the office's id and the file's data, the office first; CannotStart when it is wrong.

    The sentence names the place in the file.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        file = OfficeFile.model_validate(data)
    except ValueError as error:
        raise CannotStart(f"{path} cannot be used: {_what_is_wrong(error)}") from None
    roots = [office.office_id for office in file.offices if office.parent_id is None]
    if len(roots) != 1:
        raise CannotStart(f"{path} cannot be used: one of its offices has no parent_id, no more.")
    [office_id] = roots
    for office in file.offices:
        if office.parent_id not in {None, office_id}:
            raise CannotStart(f"{path} cannot be used: {office.office_id} is not below {office_id}")
        unknown = sorted(set(office.districts) - all_codes())
        if unknown:
            raise CannotStart(f"{path} cannot be used: there is no district {unknown[0]}")
        try:
            require_distinct_districts(office, file.offices)
        except Refusal as refusal:
            raise CannotStart(f"{path} cannot be used: {refusal}") from None
    belonging = [one.office_id for one in file.receiving_accounts]
    for of in (*belonging, *(one.office_id for one in file.receipt_books)):
        if of != office_id:
            raise CannotStart(f"{path} cannot be used: {of} is not {office_id}")
    data["offices"].sort(key=lambda one: one["office_id"] != office_id)
    return office_id, data


def _what_is_wrong(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(map(_one, error.errors()))


def _one(error: ErrorDetails) -> str:
    place = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{place} does not belong in it"
    return f"{place}: {error['msg']}"
