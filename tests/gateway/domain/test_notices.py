"""What events tell people, and whom, as they have chosen."""

import json
from pathlib import Path

import pytest

import shared.contracts
from services.gateway.domain.message_kinds import (
    MUSTS,
    OFFERED,
    TEXTED,
    Channel,
    MessageKind,
    text_of,
)
from services.gateway.domain.notices import TOLD, TOPICS, news_of
from services.gateway.domain.notification_settings import (
    NotificationSettings,
    chosen,
    texts_unit,
)
from shared.contracts.base import Envelope, Event
from shared.contracts.enrollment import UnitRegistered, UnitRejected, UnitReturned
from shared.errors import Invalid
from shared.identity.permissions import Role

SAMPLES = Path(shared.contracts.__path__[0]) / "samples"
APPROVED, SUBMITTED = MessageKind.APPLICATION_APPROVED, MessageKind.APPLICATION_SUBMITTED


def sample(event: type[Event]) -> Event:
    """Return the example of an event."""
    path = SAMPLES / f"{event.topic}.json"
    return Envelope.from_wire(path.read_bytes()).event()


@pytest.mark.parametrize("event", TOLD)
def test_an_event_says_what_its_kind_has_words_for(event: type[Event]) -> None:
    """And whose it is; nothing of a person, nothing that somebody typed."""
    found = sample(event)
    news = news_of(found)
    if isinstance(found, UnitRegistered) and not found.self_registered:
        assert news is None
        return
    assert news is not None
    assert text_of(news.kind, news.values)
    assert (news.subject, news.office_id) == (found.subject, found.model_dump()["office_id"])
    assert news.unit_id == found.model_dump().get("unit_id")
    assert news.agency_id == found.model_dump().get("agency_id")
    assert event.topic in TOPICS
    reason = found.model_dump().get("reason")
    assert reason is None or reason not in json.dumps(dict(news.values), ensure_ascii=False)


def test_what_may_be_texted_is_a_must_or_offered_to_operators() -> None:
    """Of all else there is no job: nobody asks enrollment for a number."""
    told = {kind for kind, _ in TOLD.values()}
    assert told - TEXTED == {MessageKind.APPLICATION_SUBMITTED, MessageKind.WEBHOOK_PAUSED}
    assert MUSTS & told == {MessageKind.REGISTRATION_DECIDED}


def test_a_registration_is_told_as_it_was_decided() -> None:
    """Three decisions, three sentences; a unit that the office made has asked for nothing."""
    scope = {"unit_id": "U1", "agency_id": "A1", "office_id": "0012"}
    registered = UnitRegistered(**scope, name="青岛示例", self_registered=True)
    told = [news_of(one) for one in (registered, UnitReturned(**scope), UnitRejected(**scope))]
    assert {news.kind for news in told if news} == {MessageKind.REGISTRATION_DECIDED}
    assert [news.values["decision"] for news in told if news] == [
        "已通过审核，登录账号和初始密码将另行发送",
        "被退回，请凭手机号和验证码查询原因，修改后重新提交",
        "未通过审核，可凭手机号和验证码查询原因",
    ]
    assert news_of(UnitRegistered(**scope, name="青岛示例")) is None


def settings(role: Role = Role.OPERATOR, **more: object) -> NotificationSettings:
    """Return an account's settings."""
    return NotificationSettings("A1", role, **({"choices": {}} | more))  # type: ignore[arg-type]


def test_who_chose_nothing_is_told_as_the_role_is() -> None:
    """On the page always; by mail only with an address."""
    for role, offered in OFFERED.items():
        one = settings(role)
        assert one.all == offered
        for kind in offered:
            assert one.wants(kind, Channel.INBOX)
            assert not one.wants(kind, Channel.MAIL)
    assert settings(address="a@example.org").wants(APPROVED, Channel.MAIL)
    assert not settings(Role.FINANCE).wants(APPROVED, Channel.INBOX)
    assert settings(Role.FINANCE).all == {}


def test_a_choice_holds_for_its_kind_and_channel_only() -> None:
    """Off and on."""
    one = settings(choices={APPROVED: {Channel.INBOX: False}}, address="a@example.org")
    assert not one.wants(APPROVED, Channel.INBOX)
    assert one.wants(APPROVED, Channel.MAIL)
    assert one.wants(SUBMITTED, Channel.INBOX)
    assert not one.wants(SUBMITTED, Channel.MAIL)
    mailed = settings(choices={SUBMITTED: {Channel.MAIL: True}}, address="a@example.org")
    assert mailed.wants(SUBMITTED, Channel.MAIL)


def test_who_is_told_what_until_somebody_chooses() -> None:
    """By inbox, text message and mail; what asks for something to be done is a text message."""
    told = {
        (role, kind): [channel for channel, on in channels.items() if on]
        for role, offered in OFFERED.items()
        for kind, channels in offered.items()
    }
    operator, every = Role.OPERATOR, ["inbox", "text", "mail"]
    assert told == {
        (operator, "application_submitted"): ["inbox"],
        (operator, "application_returned"): every,
        (operator, "application_approved"): every,
        (operator, "payment_confirmed"): ["inbox", "mail"],
        (operator, "receipt_issued"): ["inbox", "mail"],
        (operator, "confirmation_ready"): every,
        (Role.AGENCY_REVIEWER, "application_submitted"): ["inbox", "mail"],
        (Role.ADMINISTRATOR, "webhook_paused"): ["inbox", "mail"],
    }


@pytest.mark.parametrize(
    ("role", "kind", "channel"),
    [
        (Role.OPERATOR, MessageKind.CODE, Channel.TEXT),
        (Role.OPERATOR, SUBMITTED, Channel.TEXT),
        (Role.AGENCY_REVIEWER, APPROVED, Channel.INBOX),
        (Role.FINANCE, SUBMITTED, Channel.INBOX),
    ],
)
def test_only_what_is_offered_can_be_chosen(
    role: Role, kind: MessageKind, channel: Channel
) -> None:
    """Musts are no choice, and what is another role's neither."""
    with pytest.raises(Invalid) as refusal:
        chosen(role, {kind: {channel: False}})
    assert refusal.value.code == "notification_not_offered"
    assert chosen(Role.OPERATOR, {APPROVED: {Channel.TEXT: False}})


def test_the_contact_of_a_unit_gets_a_text_message_if_one_operator_wants_it() -> None:
    """A unit without accounts gets what operators get; nobody can switch musts off."""
    off = settings(choices={APPROVED: {Channel.TEXT: False}})
    assert texts_unit(APPROVED, [])
    assert not texts_unit(MessageKind.PAYMENT_CONFIRMED, [])
    assert not texts_unit(SUBMITTED, [])
    assert texts_unit(APPROVED, [off, settings()])
    assert not texts_unit(APPROVED, [off])
    on = settings(choices={MessageKind.PAYMENT_CONFIRMED: {Channel.TEXT: True}})
    assert texts_unit(MessageKind.PAYMENT_CONFIRMED, [on, settings()])
    assert texts_unit(MessageKind.REGISTRATION_DECIDED, [])
