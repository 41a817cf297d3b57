"""A message is queued in the transaction that makes it due, and sent once."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.gateway.adapters.outgoing import Outgoing
from services.gateway.adapters.passwords import is_password
from services.gateway.domain.accounts import Account
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import (
    ACCEPTED,
    BLANKED,
    INTERRUPTED,
    LEASE,
    SENT_ANEW,
    Message,
    MessageState,
    Outcome,
    Result,
)
from services.gateway.handlers.messages import queue_mail, queue_text
from services.gateway.handlers.messages_resending import may_resend, resend
from services.gateway.handlers.messages_sending import KEPT, MessageSender, blank_messages
from services.gateway.handlers.passwords import NOBODYS_HASH, send_first_password
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.messages import Messages, Search, found
from shared.bus import Transaction
from shared.errors import Conflict, NotFound
from shared.identity.permissions import Role
from tests.gateway.outside import MOBILE, Front, fronted
from tests.handling import NUMBER, SCOPE, caller
from tests.units import Open

OFFICE = SCOPE["office_id"]
APPROVED, CODE = MessageKind.APPLICATION_APPROVED, MessageKind.CODE
VALUES: Mapping[MessageKind, Mapping[str, str]] = {
    APPROVED: {"application_no": NUMBER, "payable": "95.00"},
    CODE: {"code": "246810", "minutes": "10"},
}
FIRST = UUID(int=1)
ADMINISTRATOR = caller(Role.ADMINISTRATOR)


@pytest.fixture
async def front(open_service: Open) -> AsyncIterator[Front]:
    """Return a gateway without neighbours."""
    async with fronted(open_service) as opened:
        yield opened


async def queue(front: Front, kind: MessageKind = APPROVED, message_id: UUID = FIRST) -> bool:
    """Queue a text message."""
    async with front.handling.transaction() as tx:
        return await queue_text(
            kind, message_id, MOBILE, VALUES[kind], tx, office_id=OFFICE, subject=NUMBER
        )


async def state(front: Front, message_id: UUID = FIRST) -> tuple[MessageState, str | None]:
    """Return how a message stands, and why."""
    message, _ = await front.message(message_id)
    return message.state, message.error


async def resent(front: Front, office_id: str = OFFICE) -> UUID:
    """Send the message again by hand."""
    async with front.handling.transaction() as tx:
        return await resend(caller(Role.ADMINISTRATOR, office_id=office_id), FIRST, tx)


async def test_the_same_id_twice_is_one_message(front: Front) -> None:
    """Even after it was sent."""
    assert await queue(front)
    assert not await queue(front)
    await front.send()
    assert not await queue(front)
    await front.send()
    assert front.sms.ids == [FIRST]
    assert await state(front) == (MessageState.SENT, None)


async def test_a_queued_message_wakes_the_sender(front: Front) -> None:
    """When the transaction has committed."""
    ring = front.handling.transactions.resources.tool(Outgoing).listen()
    await queue(front)
    assert ring.is_set()


async def test_somebody_who_waits_for_a_code_waits_for_nobody_else(front: Front) -> None:
    """It overtakes what tells of events; those go in their order."""
    ids = [UUID(int=number) for number in (1, 2, 3)]
    for one in ids:
        await queue(front, message_id=one)
        front.handling.hands.forward(seconds=1)
    await queue(front, CODE, UUID(int=4))
    await front.send()
    assert [one.int for one in front.sms.ids] == [4, 1, 2, 3]


async def test_number_and_text_are_sealed_where_they_lie(front: Front) -> None:
    """What is left readable names nobody."""
    await queue(front, CODE)
    async with front.handling.transaction() as tx:
        row = (await tx.session.execute(text("SELECT messages::text FROM messages"))).scalar_one()
    for secret in (MOBILE, "246810"):
        assert secret not in row
        assert secret.encode().hex() not in row
    assert "138****0001" in row


async def test_the_log_names_template_and_masked_number_only(
    front: Front, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever comes of it."""
    for outcome in (Outcome(Result.ACCEPTED), Outcome(Result.UNKNOWN, "timeout")):
        front.sms.outcome = outcome
        await queue(front, CODE, uuid4())
        await front.send()
    captured = capsys.readouterr()
    said = captured.out + captured.err + caplog.text
    assert "138****0001" in said
    assert "code" in said
    assert MOBILE not in said
    assert "246810" not in said


async def test_it_is_recorded_as_being_sent_before_the_provider_is_called(front: Front) -> None:
    """So that a crash in between leaves a trace."""
    states: list[MessageState] = []

    async def look() -> None:
        states.append((await state(front))[0])

    front.sms.meanwhile = look
    await queue(front)
    await front.send()
    assert states == [MessageState.SENDING]


async def test_after_a_crash_between_sending_and_recording_it_is_not_sent_again(
    front: Front,
) -> None:
    """The provider may have taken it: unknown, until somebody sends it again by hand."""
    await queue(front)
    front.sms.goes_on.clear()
    sender = MessageSender(front.handling.transactions)
    await sender.round()
    [task] = sender.under_way
    while not front.sms.ids:
        await sender.progress(Outgoing().listen(), 0.01)
    task.cancel()
    front.sms.goes_on.set()
    front.handling.hands.forward(seconds=LEASE.total_seconds() - 1)
    await front.send()
    assert await state(front) == (MessageState.SENDING, None)
    front.handling.hands.forward(seconds=1)
    await front.send()
    assert await state(front) == (MessageState.UNKNOWN, INTERRUPTED)
    front.handling.hands.forward(days=2)
    await front.send()
    assert front.sms.ids == [FIRST]
    assert await resent(front) == FIRST
    await front.send()
    assert front.sms.ids == [FIRST, FIRST]
    assert await state(front) == (MessageState.SENT, None)


async def test_only_what_was_certainly_not_taken_is_tried_again(front: Front) -> None:
    """After a pause; what is unknown or refused stays as it is."""
    front.sms.outcome = Outcome(Result.LATER, "unreachable")
    await queue(front)
    await front.send()
    assert await state(front) == (MessageState.QUEUED, "unreachable")
    await front.send()
    assert len(front.sms.ids) == 1
    front.sms.outcome = Outcome(Result.UNKNOWN, "timeout")
    front.handling.hands.forward(seconds=30)
    await front.send()
    assert await state(front) == (MessageState.UNKNOWN, "timeout")
    front.handling.hands.forward(days=1)
    await front.send()
    assert len(front.sms.ids) == 2


@pytest.mark.parametrize("result", [Result.ACCEPTED, Result.REFUSED, Result.UNKNOWN])
async def test_a_code_is_kept_no_longer_than_it_is_needed(front: Front, result: Result) -> None:
    """Nor can it be sent again by hand; the number is kept for those who ask."""
    front.sms.outcome = Outcome(result, "x")
    await queue(front, CODE)
    assert (await front.message(FIRST))[1] is not None
    await front.send()
    message, content = await front.message(FIRST)
    assert content is None
    assert not may_resend(message, has_content=True)
    with pytest.raises(Conflict):
        await resent(front)


async def test_another_office_finds_no_message(front: Front) -> None:
    """Neither in its log nor to send it again; messages to strangers are everybody's."""
    await queue(front)
    async with front.handling.transaction() as tx:
        values = VALUES[CODE]
        await queue_text(CODE, uuid4(), MOBILE, values, tx, office_id="")
    with pytest.raises(NotFound):
        await resent(front, "0013")
    for office, kinds in (("0013", [CODE]), (OFFICE, [CODE, APPROVED])):
        async with front.handling.transaction() as tx:
            logged = await Messages(tx).before(found(office, Search()), None, 10)
        assert [one.message.kind for one in logged] == kinds


async def test_the_log_is_searched_and_paged(front: Front) -> None:
    """Newest first, by state, kind and a part of the number."""
    ids = [UUID(int=number) for number in (1, 2, 3)]
    for one in ids:
        await queue(front, message_id=one)
    await front.send()
    await queue(front, CODE, UUID(int=4))

    async def shown(search: Search, position: int | None = None, limit: int = 10) -> list[int]:
        async with front.handling.transaction() as tx:
            logged = await Messages(tx).before(found(OFFICE, search), position, limit)
        return [one.message.message_id.int for one in logged]

    assert await shown(Search()) == [4, 3, 2, 1]
    assert await shown(Search(state=MessageState.SENT)) == [3, 2, 1]
    assert await shown(Search(kind=CODE)) == [4]
    assert await shown(Search(subject=NUMBER[-4:])) == [4, 3, 2, 1]
    assert await shown(Search(subject="%")) == []
    async with front.handling.transaction() as tx:
        [first, second] = await Messages(tx).before(found(OFFICE, Search()), None, 2)
    assert first.position > second.position
    assert await shown(Search(), second.position) == [2, 1]


async def test_what_it_said_and_where_it_went_is_blanked_in_time(front: Front) -> None:
    """Then it cannot be sent again; that it was sent stays in the log."""
    front.sms.outcome = Outcome(Result.REFUSED, "blacklisted")
    await queue(front)
    await front.send()

    async def blanked() -> bool:
        async with front.handling.transaction() as tx:
            assert not await blank_messages(tx)
        return (await front.message(FIRST))[1] is None

    front.handling.hands.now += KEPT
    assert not await blanked()
    front.handling.hands.now += timedelta(seconds=1)
    assert await blanked()
    with pytest.raises(Conflict) as refusal:
        await resent(front)
    assert refusal.value.code == "message_blanked"
    message, _ = await front.message(FIRST)
    assert message.masked_to == "138****0001"
    assert not may_resend(message, has_content=False)
    assert may_resend(message, has_content=True)


async def test_one_that_cannot_be_read_is_refused_and_holds_up_nobody(front: Front) -> None:
    """Its row was damaged, say."""
    await queue(front)
    async with front.handling.transaction() as tx:
        await tx.session.execute(text("UPDATE messages SET sealed_to = sealed_values"))
        await tx.session.execute(text("UPDATE messages SET sealed_values = '\\x00'"))
    await queue(front, message_id=UUID(int=2))
    await front.send()
    assert await state(front) == (MessageState.REFUSED, BLANKED)
    assert front.sms.ids == [UUID(int=2)]


async def test_a_secret_is_made_anew_by_whoever_makes_it(front: Front) -> None:
    """The old message says so, and is not replaced twice."""
    front.sms.outcome = Outcome(Result.UNKNOWN, "timeout")
    await queue(front, CODE)
    await front.send()
    another = UUID(int=2)

    async def make(message: Message, tx: Transaction) -> UUID:
        assert message.message_id == FIRST
        await queue_text(CODE, another, MOBILE, VALUES[CODE], tx, office_id=OFFICE)
        return another

    anew = {CODE: make}
    assert may_resend((await front.message(FIRST))[0], has_content=True, anew=anew)
    async with front.handling.transaction() as tx:
        assert await resend(ADMINISTRATOR, FIRST, tx, anew) == another
    assert await state(front) == (MessageState.UNKNOWN, SENT_ANEW)
    assert await state(front, another) == (MessageState.QUEUED, None)
    assert not may_resend((await front.message(FIRST))[0], has_content=True, anew=anew)
    with pytest.raises(Conflict) as refusal:
        async with front.handling.transaction() as tx:
            await resend(ADMINISTRATOR, FIRST, tx, anew)
    assert refusal.value.code == "message_sent_anew"


async def person(front: Front, **more: object) -> None:
    """Make an account with a mobile, whose first password may not have come."""
    account = Account(
        account_id="A0000001",
        username="operator",
        password_hash=NOBODYS_HASH,
        name="经办员甲",
        role=Role.OPERATOR,
        office_id=OFFICE,
        agency_id=SCOPE["agency_id"],
        unit_id=SCOPE["unit_id"],
        mobile=MOBILE,
    )
    front.sms.outcome = Outcome(Result.UNKNOWN, "timeout")
    async with front.handling.transaction() as tx:
        accounts = AccountRepository(tx)
        accounts.save(account)
        await tx.session.flush()
        changed = await send_first_password(account, FIRST, accounts, tx)
        accounts.save(replace(changed, **more))  # type: ignore[arg-type]
    await front.send()


async def test_a_first_password_is_sent_again_as_a_new_one(front: Front) -> None:
    """The one that may not have come serves no more."""
    await person(front)
    front.sms.outcome = ACCEPTED
    another = await resent(front)
    await front.send()
    first, second = (content.values["password"] for content in front.sms.contents)
    assert first != second
    assert await state(front) == (MessageState.UNKNOWN, SENT_ANEW)
    assert await state(front, another) == (MessageState.SENT, None)
    async with front.handling.transaction() as tx:
        account = await AccountRepository(tx).get("A0000001")
    assert account is not None
    assert await is_password(account.password_hash, second)


@pytest.mark.parametrize("more", [{"active": False}, {"must_change": False}])
async def test_nobody_is_given_a_first_password_who_needs_none(
    front: Front, more: dict[str, bool]
) -> None:
    """Locked meanwhile, or with a password of their own, which stays."""
    await person(front, **more)
    with pytest.raises(Conflict) as refusal:
        await resent(front)
    assert refusal.value.code == "first_password_used"
    assert await state(front) == (MessageState.UNKNOWN, "timeout")


async def test_a_mail_goes_to_the_mail_server(front: Front) -> None:
    """With the address sealed and masked as numbers are."""
    async with front.handling.transaction() as tx:
        await queue_mail(
            APPROVED,
            FIRST,
            "zhang@example.org",
            VALUES[APPROVED],
            tx,
            office_id=OFFICE,
            account_id="A0000001",
        )
    await front.send()
    [content] = front.mail.contents
    assert (content.to, content.title) == ("zhang@example.org", "参保申请已审核通过")
    assert NUMBER in content.text
    assert front.sms.ids == []
    assert (await front.message(FIRST))[0].masked_to == "z***@example.org"
