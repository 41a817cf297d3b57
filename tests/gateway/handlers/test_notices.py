"""What happens is told to those it concerns, on the page, by text message and by mail."""

from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

import pytest

from services.gateway.domain.message_kinds import Channel, MessageKind
from services.gateway.domain.notices import Notice
from services.gateway.domain.notification_settings import Choices, NotificationSettings
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.accounts_managing import hand_over
from services.gateway.handlers.notices import KEPT, forget_notices, note_news
from services.gateway.repository.notices import Notices, found
from services.gateway.repository.notification_settings import AllNotificationSettings
from shared.bus.inbox.job import AlreadyDone
from shared.contracts.base import Event
from shared.contracts.enrollment import (
    ApplicationInReview,
    ApplicationReturned,
    UnitRegistered,
    UnitRejected,
)
from shared.contracts.gateway import WebhookPaused
from shared.errors import NotFound
from shared.identity.permissions import Role
from tests.gateway.outside import MOBILE, Front, fronted
from tests.handling import NUMBER, SCOPE, caller
from tests.units import Open

IN_REVIEW = ApplicationInReview(application_no=NUMBER, **SCOPE)
RETURNED = ApplicationReturned(application_no=NUMBER, **SCOPE, reason="王小明的证件号码有误")
PAUSED = WebhookPaused(webhook_id=str(uuid4()), account_id="client-1", office_id="0012")
PLACES: Mapping[str, tuple[Role, dict[str, str]]] = {
    "operator": (Role.OPERATOR, SCOPE),
    "colleague": (Role.OPERATOR, SCOPE),
    "agency": (Role.AGENCY_REVIEWER, {"office_id": "0012", "agency_id": SCOPE["agency_id"]}),
    "administrator": (Role.ADMINISTRATOR, {"office_id": "0012"}),
    "finance": (Role.FINANCE, {"office_id": "0012"}),
    "other_unit": (Role.OPERATOR, SCOPE | {"unit_id": "U0000002"}),
    "other_agency": (Role.AGENCY_REVIEWER, {"office_id": "0012", "agency_id": "001203"}),
    "other_office": (Role.ADMINISTRATOR, {"office_id": "0013"}),
    "locked": (Role.OPERATOR, SCOPE),
}


@pytest.fixture
async def front(open_service: Open) -> AsyncIterator[Front]:
    """Return a gateway with an account in each place."""
    async with fronted(open_service) as opened:
        accounts = [
            {
                "account_id": name,
                "username": name,
                "password": "invented",
                "name": name,
                "role": role,
                **place,
                "active": name != "locked",
            }
            for name, (role, place) in PLACES.items()
        ]
        async with opened.handling.transaction() as tx:
            await load_accounts({"accounts": accounts}, tx)
        yield opened


async def inbox(front: Front, account_id: str) -> list[Notice]:
    """Return an account's notices."""
    async with front.handling.transaction() as tx:
        return await Notices(tx).before(found(account_id), None, 100)


async def told(front: Front, *events: Event) -> dict[str, list[MessageKind]]:
    """Let events happen; return what stands in the inboxes that are not empty."""
    await front.handling.handle(*events)
    inboxes = {name: [one.kind for one in await inbox(front, name)] for name in PLACES}
    return {name: kinds for name, kinds in inboxes.items() if kinds}


async def choose(front: Front, name: str, choices: Choices, address: str | None = None) -> None:
    """Let an account choose."""
    async with front.handling.transaction() as tx:
        settings = NotificationSettings(name, PLACES[name][0], choices, address)
        await AllNotificationSettings(tx).save(settings)


async def test_a_submission_is_told_to_the_unit_and_its_agency(front: Front) -> None:
    """To nobody elsewhere, and to nobody who is locked out."""
    submitted = [MessageKind.APPLICATION_SUBMITTED]
    assert await told(front, IN_REVIEW) == dict.fromkeys(
        ("operator", "colleague", "agency"), submitted
    )
    [notice] = await inbox(front, "agency")
    assert (notice.subject, notice.values) == (NUMBER, {"application_no": NUMBER})
    await front.send()
    assert front.sms.contents == []
    assert front.mail.contents == []


async def test_a_return_is_told_without_what_the_reviewer_wrote(front: Front) -> None:
    """It may name a person; it is read in the application."""
    await front.handling.handle(RETURNED)
    await front.send()
    [notice] = await inbox(front, "operator")
    [content] = front.sms.contents
    assert content.to == MOBILE
    assert "王小明" not in content.text + str(notice.values)


async def test_a_paused_webhook_is_told_to_the_offices_administrator(front: Front) -> None:
    """Nobody asks enrollment for a number."""
    assert await told(front, PAUSED) == {"administrator": [MessageKind.WEBHOOK_PAUSED]}
    assert front.enrollment.callers == []


async def test_an_event_that_comes_twice_is_told_once(front: Front) -> None:
    """After a crash before it was acknowledged, say."""
    await choose(front, "operator", {}, "a@example.org")
    await front.handling.handle(RETURNED)
    with pytest.raises(AlreadyDone):
        await front.handling.run_again()
    assert front.handling._last is not None
    async with front.handling.transaction() as tx:
        await note_news(front.handling._last[1], tx)
        await note_news(front.handling._last[1], tx)
    await front.send()
    assert len(front.sms.contents) == len(front.mail.contents) == 1
    assert len(await inbox(front, "colleague")) == 1


async def test_everybody_is_told_as_they_chose(front: Front) -> None:
    """Per kind and channel; of one unit's operators each for oneself."""
    off = {MessageKind.APPLICATION_RETURNED: {Channel.INBOX: False, Channel.TEXT: False}}
    await choose(front, "operator", off, "a@example.org")
    assert await told(front, RETURNED) == {"colleague": [MessageKind.APPLICATION_RETURNED]}
    await front.send()
    assert len(front.sms.contents) == 1, "the colleague wants it"
    assert [content.to for content in front.mail.contents] == ["a@example.org"]
    await choose(front, "colleague", off)
    await choose(
        front,
        "operator",
        off | {MessageKind.APPLICATION_RETURNED: {Channel.TEXT: False, Channel.MAIL: False}},
    )
    await front.handling.handle(RETURNED)
    await front.send()
    assert len(front.sms.contents) == len(front.mail.contents) == 1


async def test_an_address_is_kept_sealed_and_can_be_taken_back(front: Front) -> None:
    """Settings are one's own."""
    await choose(front, "operator", {}, "a@example.org")
    async with front.handling.transaction() as tx:
        all_ = AllNotificationSettings(tx)
        mine = await all_.of("operator", Role.OPERATOR)
        assert mine.address == "a@example.org"
        assert (await all_.of("colleague", Role.OPERATOR)).address is None
    await choose(front, "operator", {})
    async with front.handling.transaction() as tx:
        assert (await AllNotificationSettings(tx).of("operator", Role.OPERATOR)).address is None


async def test_who_takes_over_an_account_gets_no_mails_of_the_one_before(front: Front) -> None:
    """Nor does the one before: address and choices were theirs."""
    await choose(front, "operator", {}, "a@example.org")
    async with front.handling.transaction() as tx:
        await hand_over(caller(Role.ADMINISTRATOR), "operator", "经办员乙", MOBILE, tx)
    await front.handling.handle(RETURNED)
    await front.send()
    assert front.mail.contents == []


@pytest.mark.parametrize("event", [UnitRegistered, UnitRejected])
async def test_an_applicant_is_told_the_decision_whoever_chose_what(
    front: Front, event: type[Event]
) -> None:
    """By a text message alone: there may be no account."""
    more = {"name": "青岛示例", "self_registered": True} if event is UnitRegistered else {}
    assert await told(front, event(**SCOPE, **more)) == {}
    await front.send()
    decided = [one for one in front.sms.contents if one.kind is MessageKind.REGISTRATION_DECIDED]
    assert len(decided) == 1


async def test_a_unit_that_the_office_made_is_told_nothing(front: Front) -> None:
    """It has asked for nothing."""
    assert await told(front, UnitRegistered(**SCOPE, name="青岛示例")) == {}
    await front.send()
    assert front.sms.contents == []


async def test_notices_are_read_one_by_one_or_all_that_were_seen(front: Front) -> None:
    """What came since stays unread; another's is not found."""
    await front.handling.handle(IN_REVIEW, RETURNED, RETURNED)
    third, second, first = await inbox(front, "operator")

    async def unread() -> int:
        async with front.handling.transaction() as tx:
            return await Notices(tx).count_unread("operator", 100)

    assert await unread() == 3
    async with front.handling.transaction() as tx:
        read = await Notices(tx).mark_read("operator", second.notice_id, tx.now)
        assert read.read_at == tx.now
    front.handling.hands.forward(hours=1)
    async with front.handling.transaction() as tx:
        again = await Notices(tx).mark_read("operator", second.notice_id, tx.now)
        assert again.read_at == read.read_at
        with pytest.raises(NotFound):
            await Notices(tx).mark_read("colleague", second.notice_id, tx.now)
        left = await Notices(tx).before(found("operator", unread=True), None, 10)
        assert [one.notice_id for one in left] == [third.notice_id, first.notice_id]
        page = await Notices(tx).before(found("operator"), third.notice_id, 1)
        assert [one.notice_id for one in page] == [second.notice_id]
    async with front.handling.transaction() as tx:
        assert await Notices(tx).count_unread("operator", 1) == 1
        await Notices(tx).mark_all_read("operator", second.notice_id, tx.now)
    assert await unread() == 1
    assert (await inbox(front, "operator"))[0].read_at is None
    assert (await inbox(front, "colleague"))[2].read_at is None


async def test_notices_are_forgotten_after_half_a_year(front: Front) -> None:
    """Not before."""
    await front.handling.handle(PAUSED)

    async def left() -> int:
        async with front.handling.transaction() as tx:
            assert not await forget_notices(tx)
        return len(await inbox(front, "administrator"))

    front.handling.hands.now += KEPT
    assert await left() == 1
    front.handling.hands.forward(seconds=1)
    assert await left() == 0
