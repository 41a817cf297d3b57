"""An application from its draft to its archive, as enrollment's handlers bring it there."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.enrollment.domain.actions import next_actions
from services.enrollment.domain.applications import Application, AttachmentKind, State
from services.enrollment.handlers import applications_drafting as drafting
from services.enrollment.handlers.applications_review import review
from services.enrollment.handlers.confirmations import archive
from services.enrollment.repository.applications import ApplicationRepository
from shared.contracts.actions import NextAction
from shared.contracts.enrollment import (
    ApplicationApproved,
    ApplicationCancelled,
    ApplicationDrafted,
    ApplicationInReview,
    ApplicationPaid,
    ApplicationPaymentReversed,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationStaffChanged,
    ApplicationSubmitted,
    ConfirmationArchived,
    ConfirmationIssued,
    Kind,
)
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import PaymentConfirmed, PaymentReceived, PaymentReversed
from shared.contracts.roster import (
    ImportColumnsGiven,
    ImportColumnsNeeded,
    ImportFinished,
    LineCount,
    RosterFreezeRefused,
    RosterFrozen,
    RosterPersonsChanged,
)
from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.handling import NOON, SCOPE, Handling, caller

OPERATOR = caller()
AGENCY = caller(Role.AGENCY_REVIEWER)
OFFICE = caller(Role.OFFICE_REVIEWER)
TODAY = NOON.date()


async def draft(enrollment: Handling, *plans: str, **shares: int) -> str:
    """Begin an application of these plans; return its number."""
    choices = [drafting.Choice(plan, shares.get(plan, 1)) for plan in plans or ("ZYYL-A",)]
    async with enrollment.transaction() as tx:
        found = await drafting.draft_application(
            Kind.ENROLLMENT, choices, OPERATOR, tx, new_employment=False
        )
    return found.application_no


async def application(enrollment: Handling, number: str) -> Application:
    """Return an application as it stands."""
    async with enrollment.transaction() as tx:
        return await ApplicationRepository(tx).get(number)


def counted(number: str, *counts: LineCount) -> ImportFinished:
    """Announce that a file of the application is in."""
    about = {"application_no": number, **SCOPE}
    return ImportFinished(**about, import_id="1", total=1, lines=(), counts=counts)


def columns_needed(number: str) -> ImportColumnsNeeded:
    """Announce that the same file waits for its columns until tomorrow."""
    about = {"application_no": number, **SCOPE}
    return ImportColumnsNeeded(**about, import_id="1", until=NOON + timedelta(days=1))


def given_up(number: str) -> ImportFinished:
    """Announce that nobody said which column of that file is which."""
    return counted(number).model_copy(update={"error": "columns_not_given"})


def persons(plan: str = "ZYYL-A", count: int = 25) -> LineCount:
    """Count the persons of a line."""
    return LineCount(plan_code=plan, persons=count)


async def submit(enrollment: Handling, number: str, staff: int = 30, women: int = 10) -> None:
    """State the staff and submit."""
    async with enrollment.transaction() as tx:
        await drafting.state_staff(number, staff, women, OPERATOR, tx, None)
    async with enrollment.transaction() as tx:
        await drafting.submit(number, "", OPERATOR, tx)


async def freeze(enrollment: Handling, number: str, *counts: LineCount) -> None:
    """Let roster freeze the list."""
    about = {"application_no": number, **SCOPE}
    frozen = RosterFrozen(**about, counts=counts or (persons(),), key="rosters/1", digest="d")
    await enrollment.handle(frozen)


async def decide(
    enrollment: Handling, number: str, by: Caller, reason: str = "", *, approved: bool = True
) -> None:
    """Approve an application, or return it."""
    async with enrollment.transaction() as tx:
        await review(number, reason, by, tx, approved=approved)


async def approved(enrollment: Handling, *plans: str) -> str:
    """Bring an application to its approval; return its number."""
    number = await draft(enrollment, *plans)
    await submit(enrollment, number)
    await freeze(enrollment, number, *(persons(plan) for plan in plans or ("ZYYL-A",)))
    await decide(enrollment, number, AGENCY)
    await decide(enrollment, number, OFFICE)
    return number


def paid(number: str, on: date = TODAY) -> tuple[PaymentReceived, PaymentConfirmed]:
    """Announce the money of an application, received and confirmed."""
    about = {"application_no": number, **SCOPE}
    received = PaymentReceived(
        **about, payment_id="P1", amount=Decimal("1.00"), received_on=on, confirmable_on=on
    )
    return received, PaymentConfirmed(**about, payment_id="P1", received_on=on, confirmed_on=on)


async def kinds(enrollment: Handling) -> Sequence[type]:
    """Return the kinds of what was announced since the last time."""
    return [type(event) for event in await enrollment.announced()]


async def test_a_draft_is_announced_with_its_lines_and_costs_nothing_yet(
    enrollment: Handling,
) -> None:
    """For the caller's own unit, entered today."""
    number = await draft(enrollment, "ZYYL-A", "NGTB-2025", **{"NGTB-2025": 2})
    [drafted] = await enrollment.announced()
    assert isinstance(drafted, ApplicationDrafted)
    assert [(one.plan.code, one.shares) for one in drafted.lines] == [
        ("ZYYL-A", 1),
        ("NGTB-2025", 2),
    ]
    found = await application(enrollment, number)
    assert (found.state, found.entered_on, found.unit_id) == ("draft", TODAY, SCOPE["unit_id"])


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ([], "lines_missing"),
        ([("ZYYL-A", 1), ("ZYYL-A", 1)], "plan_twice"),
        ([("GONE", 1)], "plan_unknown"),
        ([("ZYYL-A", 2)], "shares_out_of_range"),
    ],
)
async def test_a_draft_with_a_wrong_choice_is_refused(
    enrollment: Handling, choices: list[tuple[str, int]], code: str
) -> None:
    """And nothing is announced."""
    with pytest.raises(Invalid) as refusal:
        async with enrollment.transaction() as tx:
            await drafting.draft_application(
                Kind.ENROLLMENT,
                [drafting.Choice(*one) for one in choices],
                OPERATOR,
                tx,
                new_employment=False,
            )
    assert refusal.value.code == code
    assert await enrollment.announced() == []


async def test_whoever_does_not_enroll_drafts_nothing(enrollment: Handling) -> None:
    """A reviewer neither begins an application nor changes one."""
    number = await draft(enrollment)
    async with enrollment.transaction() as tx:
        with pytest.raises(Forbidden):
            await drafting.change_lines(number, [drafting.Choice("ZGZJ-36", 1)], AGENCY, tx, None)
        with pytest.raises(NotFound):
            await drafting.cancel(number, caller(unit_id="U0000002"), tx)


async def test_the_roster_counts_reach_the_draft(enrollment: Handling) -> None:
    """From imports and from corrections; a line without persons has none."""
    number = await draft(enrollment, "ZYYL-A", "ZGZJ-36")
    await enrollment.handle(counted(number, persons(), persons("ZGZJ-36", 24)))
    found = await application(enrollment, number)
    assert [line.persons for line in found.lines] == [25, 24]
    about = {"application_no": number, **SCOPE}
    await enrollment.handle(RosterPersonsChanged(**about, counts=(persons(count=23),)))
    found = await application(enrollment, number)
    assert [line.persons for line in found.lines] == [23, 0]


async def test_lines_are_changed_by_whoever_saw_them_last(enrollment: Handling) -> None:
    """PreconditionFailed for whoever read an older version; the staff likewise."""
    number = await draft(enrollment)
    async with enrollment.transaction() as tx:
        await drafting.change_lines(number, [drafting.Choice("ZGZJ-36", 3)], OPERATOR, tx, {"1"})
    async with enrollment.transaction() as tx:
        with pytest.raises(PreconditionFailed):
            await drafting.state_staff(number, 30, 10, OPERATOR, tx, {"1"})
    found = await application(enrollment, number)
    assert [(line.plan.code, line.shares) for line in found.lines] == [("ZGZJ-36", 3)]


async def test_files_are_attached_and_taken_away(enrollment: Handling) -> None:
    """What was taken away is let go of when that is committed."""
    number = await draft(enrollment)
    file = await enrollment.storage.put_file("attachments/1", b"%PDF", "1.pdf", "application/pdf")
    async with enrollment.transaction() as tx:
        found = await drafting.attach(number, AttachmentKind.OTHER, file, OPERATOR, tx)
    [attachment] = found.attachments
    async with enrollment.transaction() as tx:
        await drafting.detach(number, attachment.attachment_id, OPERATOR, tx)
    assert enrollment.transactions.discarded.get_nowait() == file.key
    assert (await application(enrollment, number)).attachments == []


async def test_a_submission_waits_for_the_roster_and_then_is_in_review(
    enrollment: Handling,
) -> None:
    """The events tell each step."""
    number = await draft(enrollment)
    await submit(enrollment, number)
    assert (await application(enrollment, number)).state is State.SUBMITTING
    await freeze(enrollment, number)
    assert await kinds(enrollment) == [
        ApplicationDrafted,
        ApplicationStaffChanged,
        ApplicationSubmitted,
        ApplicationInReview,
    ]


async def test_a_submission_comes_back_with_the_reason(enrollment: Handling) -> None:
    """Roster's, or enrollment's own about the counts; the draft is open again."""
    number = await draft(enrollment)
    await submit(enrollment, number)
    about = {"application_no": number, **SCOPE}
    await enrollment.handle(RosterFreezeRefused(**about, code="line_empty", message="没有人员"))
    found = await application(enrollment, number)
    assert (found.state, found.reopened_because) == ("draft", "没有人员")
    await submit(enrollment, number, staff=10)
    await freeze(enrollment, number)
    found = await application(enrollment, number)
    assert (found.state, found.reopened_code) == ("draft", "persons_exceed_staff")
    assert (await kinds(enrollment))[-1] is ApplicationReopened


async def test_two_reviewers_approve_at_the_prices_of_the_day_of_entry(
    enrollment: Handling,
) -> None:
    """The agency first, then the office; the subsidy of the unit is in the event (case D)."""
    number = await approved(enrollment, "ZYYL-A", "ZGZJ-36")
    *_, event = await enrollment.announced()
    assert isinstance(event, ApplicationApproved)
    assert (event.total_fee, event.subsidy, event.payable) == (
        Decimal("3275.00"),
        Decimal("875.00"),
        Decimal("2400.00"),
    )
    assert (event.agency_name, event.approved_on) == ("市北区代办处", TODAY)
    assert (await application(enrollment, number)).state is State.APPROVED


async def test_a_level_is_decided_by_its_own_reviewers(enrollment: Handling) -> None:
    """Forbidden for the others, Conflict when nothing is due."""
    number = await draft(enrollment)
    await submit(enrollment, number)
    with pytest.raises(Conflict):
        await decide(enrollment, number, AGENCY)
    await freeze(enrollment, number)
    for who in (OPERATOR, OFFICE):
        with pytest.raises(Forbidden):
            await decide(enrollment, number, who)
    with pytest.raises(NotFound):
        await decide(enrollment, number, caller(Role.AGENCY_REVIEWER, agency_id="001201"))
    await decide(enrollment, number, AGENCY)
    with pytest.raises(Forbidden):
        await decide(enrollment, number, AGENCY)


async def test_a_return_needs_its_reason_and_goes_back_to_the_operator(
    enrollment: Handling,
) -> None:
    """The next submission is reviewed from the beginning."""
    number = await draft(enrollment)
    await submit(enrollment, number)
    await freeze(enrollment, number)
    with pytest.raises(Invalid):
        await decide(enrollment, number, AGENCY, approved=False)
    await decide(enrollment, number, AGENCY, "请核对在职人数", approved=False)
    *_, event = await enrollment.announced()
    assert isinstance(event, ApplicationReturned)
    assert event.reason == "请核对在职人数"
    assert (await application(enrollment, number)).state is State.RETURNED


async def test_money_moves_the_application_and_back(enrollment: Handling) -> None:
    """Paid while it is there, approved again when it went back."""
    number = await approved(enrollment)
    await enrollment.announced()
    received, _ = paid(number)
    await enrollment.handle(received)
    assert (await application(enrollment, number)).state is State.PAID
    about = {"application_no": number, **SCOPE}
    await enrollment.handle(PaymentReversed(**about, payment_id="P1", reason="重复"))
    assert (await application(enrollment, number)).state is State.APPROVED
    assert await kinds(enrollment) == [ApplicationPaid, ApplicationPaymentReversed]


async def test_a_confirmation_has_the_next_number_and_says_when_cover_ends(
    enrollment: Handling,
) -> None:
    """From the day of the money, for each plan's own term; numbers follow one another."""
    day = date(2026, 2, 27)
    numbers = []
    for _ in range(2):
        number = await approved(enrollment, "ZYYL-A", "ZDJB-70")
        await enrollment.handle(*paid(number, day))
        *_, issued = await enrollment.announced()
        assert isinstance(issued, ConfirmationIssued)
        numbers.append(issued.confirmation_no)
        assert issued.effective_on == day
        assert issued.cover_until == {"ZYYL-A": date(2027, 2, 26), "ZDJB-70": date(2029, 2, 26)}
        assert (issued.roster_key, issued.roster_digest) == ("rosters/1", "d")
    assert numbers == ["G00122026022710000001", "G00122026022710000002"]


async def test_the_signed_confirmation_ends_the_application(enrollment: Handling) -> None:
    """Filed by the office alone, once."""
    number = await approved(enrollment)
    await enrollment.handle(*paid(number))
    *_, issued = await enrollment.announced()
    assert isinstance(issued, ConfirmationIssued)
    scan = await enrollment.storage.put_file("scans/1", b"%PDF", "1.pdf", "application/pdf")

    async def file(by: Caller, scan: StoredFile = scan) -> None:
        async with enrollment.transaction() as tx:
            await archive(issued.confirmation_no, scan, by, tx)

    with pytest.raises(Forbidden):
        await file(OPERATOR)
    await file(OFFICE)
    [archived] = await enrollment.announced()
    assert isinstance(archived, ConfirmationArchived)
    assert archived.archived_at - NOON < timedelta(seconds=1)
    with pytest.raises(Conflict):
        await file(OFFICE)


async def test_a_cancelled_draft_ignores_a_file_that_was_still_read(enrollment: Handling) -> None:
    """Its files are let go of; nothing can be done with it any more."""
    number = await draft(enrollment)
    async with enrollment.transaction() as tx:
        await drafting.cancel(number, OPERATOR, tx)
    await enrollment.handle(counted(number, persons()))
    assert (await kinds(enrollment))[-1] is ApplicationCancelled
    found = await application(enrollment, number)
    assert (found.state, found.lines[0].persons) == ("cancelled", 0)
    async with enrollment.transaction() as tx:
        with pytest.raises(Conflict):
            await drafting.state_staff(number, 5, 2, OPERATOR, tx, None)


async def test_a_file_that_waits_for_its_columns_is_decided_before_a_submission(
    enrollment: Handling,
) -> None:
    """By saying which is which, after which roster waits for it, or by giving it up."""
    number = await draft(enrollment)
    about = {"application_no": number, **SCOPE}
    await enrollment.handle(counted(number, persons()))
    for decided in (ImportColumnsGiven(**about, import_id="1"), given_up(number)):
        await enrollment.handle(columns_needed(number))
        with pytest.raises(Conflict) as refused:
            await submit(enrollment, number)
        assert refused.value.code == "import_undecided"
        await enrollment.handle(decided)
        assert (await application(enrollment, number)).lines[0].persons == 25
    await submit(enrollment, number)
    assert (await application(enrollment, number)).state is State.SUBMITTING


async def test_a_file_whose_columns_were_given_counts_when_it_is_in(enrollment: Handling) -> None:
    """Like any other."""
    number = await draft(enrollment)
    about = {"application_no": number, **SCOPE}
    await enrollment.handle(columns_needed(number), ImportColumnsGiven(**about, import_id="1"))
    await enrollment.handle(counted(number, persons(count=7)))
    assert (await application(enrollment, number)).lines[0].persons == 7


async def test_a_file_that_ends_undecided_moves_no_count_of_a_later_state(
    enrollment: Handling,
) -> None:
    """It was still being read when the application was submitted; the review goes on."""
    number = await draft(enrollment)
    await submit(enrollment, number)
    await enrollment.handle(columns_needed(number))
    await freeze(enrollment, number)
    await enrollment.handle(given_up(number))
    found = await application(enrollment, number)
    assert (found.state, found.lines[0].persons) == (State.FIRST_REVIEW, 25)
    assert found.undecided_imports == []


async def test_a_cancelled_draft_ignores_a_file_that_asks_for_its_columns(
    enrollment: Handling,
) -> None:
    """And its end."""
    number = await draft(enrollment)
    async with enrollment.transaction() as tx:
        await drafting.cancel(number, OPERATOR, tx)
    await enrollment.handle(columns_needed(number), given_up(number))
    found = await application(enrollment, number)
    assert (found.state, found.undecided_imports) == ("cancelled", [])


async def test_what_comes_next_is_told_to_whoever_may_do_it(enrollment: Handling) -> None:
    """Nobody reviews finally what they reviewed first."""
    number = await draft(enrollment)
    found = await application(enrollment, number)
    assert next_actions(found, OPERATOR) == [
        NextAction.EDIT,
        NextAction.SUBMIT,
        NextAction.CANCEL,
    ]
    assert next_actions(found, AGENCY) == []
    await submit(enrollment, number)
    await freeze(enrollment, number)
    found = await application(enrollment, number)
    assert next_actions(found, AGENCY) == [NextAction.REVIEW]
    assert next_actions(found, OFFICE) == next_actions(found, OPERATOR) == []
    await decide(enrollment, number, AGENCY)
    found = await application(enrollment, number)
    assert next_actions(found, OFFICE) == [NextAction.REVIEW]
    assert next_actions(found, caller(Role.OFFICE_REVIEWER, AGENCY.account_id)) == []
    await decide(enrollment, number, OFFICE)
    await enrollment.handle(*paid(number))
    found = await application(enrollment, number)
    assert next_actions(found, OFFICE) == [NextAction.ARCHIVE]
