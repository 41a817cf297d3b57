"""An unpaid notice says where the money goes now, a paid one where its unit was told to pay."""

import pytest

from tests.documents.handlers.steps import (
    ABROAD,
    NEW_NUMBER,
    NOTICE,
    OTHER,
    accounts,
    batch,
    confirmed,
    known,
    load,
    paper,
    rebuilt,
    text,
)
from tests.handling import NUMBER, Handling

LATER_NUMBER = "999000222"


async def account_becomes(documents: Handling, number: str) -> None:
    """Let the office's money go elsewhere."""
    await load(documents, accounts("0012", number=number))


async def test_an_unpaid_notice_says_the_new_account(documents: Handling) -> None:
    """Its file is dropped at once; those of other offices stay."""
    await load(documents, accounts("0013"))
    abroad = {"application_no": ABROAD, "office_id": "0013"}
    await documents.handle(NOTICE.model_copy(update=abroad))
    await documents.handle(*await documents.announced())
    await known(documents)
    assert NEW_NUMBER not in (await text(documents))[1]
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert (await paper(documents)).file is None
    assert (await paper(documents, ABROAD)).file is not None
    rendered, words = await text(documents)
    assert rendered
    assert NEW_NUMBER in words


async def test_a_paid_notice_stays_as_the_unit_had_it(documents: Handling) -> None:
    """There is a confirmation; nobody had taken the notice, but it lay ready."""
    await known(documents)
    await confirmed(documents)
    await load(documents, accounts("0012", number=NEW_NUMBER))
    assert (await paper(documents)).file is not None
    rendered, words = await text(documents)
    assert not rendered
    assert NEW_NUMBER not in words


@pytest.mark.parametrize("copies_are_made_anew", [False, True])
async def test_who_pays_while_the_account_changes_keeps_the_notice_that_was_taken(
    documents: Handling, *, copies_are_made_anew: bool
) -> None:
    """Its file was dropped with the change, as the notice was not known to be paid."""
    await known(documents)
    await text(documents)
    await account_becomes(documents, NEW_NUMBER)
    await confirmed(documents)
    if copies_are_made_anew:
        await rebuilt(documents)
    for _ in range(2):
        _, words = await text(documents)
        assert NEW_NUMBER not in words


@pytest.mark.parametrize("rendered", [False, True])
@pytest.mark.parametrize("copies_are_made_anew", [False, True])
async def test_what_was_taken_among_others_counts_as_what_was_taken_alone(
    documents: Handling, *, rendered: bool, copies_are_made_anew: bool
) -> None:
    """Also when it never had a file of its own; what was taken last counts."""
    await known(documents, NUMBER, OTHER, rendered=rendered)
    await account_becomes(documents, NEW_NUMBER)
    await batch(documents, OTHER, NUMBER)
    if copies_are_made_anew:
        await rebuilt(documents)
    await confirmed(documents)
    await account_becomes(documents, LATER_NUMBER)
    _, alone = await text(documents)
    _, (unpaid, paid) = await batch(documents, OTHER, NUMBER)
    assert NEW_NUMBER in alone
    assert NEW_NUMBER in paid
    assert LATER_NUMBER in unpaid


@pytest.mark.parametrize("copies_are_made_anew", [False, True])
async def test_what_lay_ready_counts_when_nobody_took_it(
    documents: Handling, *, copies_are_made_anew: bool
) -> None:
    """Among others, as alone."""
    await known(documents, NUMBER, OTHER)
    await confirmed(documents)
    await account_becomes(documents, NEW_NUMBER)
    if copies_are_made_anew:
        await rebuilt(documents)
    _, (paid, unpaid) = await batch(documents, NUMBER, OTHER)
    assert NEW_NUMBER not in paid
    assert NEW_NUMBER in unpaid


async def test_a_dropped_file_does_not_come_back(documents: Handling) -> None:
    """A rebuild restores what there was before it, and nothing that had gone."""
    await known(documents, NUMBER, OTHER)
    await account_becomes(documents, NEW_NUMBER)
    await rebuilt(documents)
    assert (await paper(documents)).file is None
    await confirmed(documents)
    assert NEW_NUMBER in (await text(documents))[1]
    _, (paid, unpaid) = await batch(documents, NUMBER, OTHER)
    assert NEW_NUMBER in paid
    assert NEW_NUMBER in unpaid
