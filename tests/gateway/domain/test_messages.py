"""A message is sent once: what nobody knows the outcome of is sent again by hand only."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from string import Formatter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.message_kinds import (
    KINDS,
    MUSTS,
    OFFERED,
    Channel,
    MessageKind,
    text_of,
)
from services.gateway.domain.messages import (
    ACCEPTED,
    BLANKED,
    INTERRUPTED,
    LEASE,
    OF_NO_OFFICE,
    PAUSES,
    SENT_ANEW,
    SPREAD,
    TOO_LATE,
    Content,
    Message,
    MessageState,
    Outcome,
    Result,
    pause_after,
    queued,
)
from shared.errors import Conflict

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REFUSED = Outcome(Result.REFUSED, "blacklisted")
UNKNOWN = Outcome(Result.UNKNOWN, "timeout")
LATER = Outcome(Result.LATER, "unreachable")
OUTCOMES = (ACCEPTED, REFUSED, UNKNOWN, LATER)


def message(kind: MessageKind = MessageKind.APPLICATION_APPROVED) -> Message:
    """Return a queued message."""
    return queued(
        UUID(int=1),
        kind,
        Channel.TEXT,
        "138****0001",
        NOON,
        office_id="0012",
        unit_id=None,
        account_id=None,
        subject="",
    )


def under_way(kind: MessageKind = MessageKind.APPLICATION_APPROVED) -> Message:
    """Return a message that is being sent."""
    one = message(kind)
    assert one.begin(NOON)
    return one


def ended(outcome: Outcome, kind: MessageKind = MessageKind.APPLICATION_APPROVED) -> Message:
    """Return a message whose first attempt came to that."""
    one = under_way(kind)
    assert one.settle(1, outcome, NOON, 0.5)
    return one


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "lose", "resend", "replace", *OUTCOMES]),
        st.integers(0, 3),
        st.integers(0, 200),
    ),
    max_size=40,
)


def may_begin_after(one: Message, step: str | Outcome, attempt: int, now: datetime) -> bool | None:
    """Take a step; return whether an attempt may follow by itself, None when that is as before."""
    before = one.state
    if step == "begin":
        if before is MessageState.QUEUED:
            return False if one.begin(now) else None
        with pytest.raises(ValueError, match="queued"):
            one.begin(now)
    elif step == "lose":
        one.lose(now)
    elif step in ("resend", "replace"):
        failed = before in (MessageState.REFUSED, MessageState.UNKNOWN)
        with suppress(Conflict):
            one.resend(now) if step == "resend" else one.replace()
            assert failed
            return True if step == "resend" else None
    elif isinstance(step, Outcome) and one.settle(attempt, step, now, 0.5):
        assert before in (MessageState.SENDING, MessageState.UNKNOWN)
        return step.result is Result.LATER
    return None


@given(st.sampled_from(MessageKind), STEPS)
def test_whatever_happens_a_message_is_sent_again_only_when_that_is_safe_or_wanted(
    kind: MessageKind, steps: list[tuple[str | Outcome, int, int]]
) -> None:
    """A new attempt begins after a certain refusal to take it, or by hand; never by itself else."""
    one, now, may_begin = message(kind), NOON, True
    for step, attempt, seconds in steps:
        now += timedelta(seconds=seconds)
        tries, sent = one.tries, one.state is MessageState.SENT
        may = may_begin_after(one, step, attempt, now)
        assert one.tries == tries or may_begin
        may_begin = may_begin if may is None else may
        assert (one.due_at is not None) == (one.state is MessageState.QUEUED)
        assert (one.leased_until is not None) == (one.state is MessageState.SENDING)
        assert (one.sent_at is not None) == (one.state is MessageState.SENT)
        assert one.state is MessageState.SENT or not sent
        open_ = one.state in (MessageState.QUEUED, MessageState.SENDING)
        assert one.keeps_values == (open_ or not KINDS[kind].secret)


def test_an_attempt_is_recorded_before_it_is_made() -> None:
    """For as long as its lease; a second process cannot begin it."""
    one = under_way()
    assert (one.state, one.tries, one.leased_until) == (MessageState.SENDING, 1, NOON + LEASE)
    with pytest.raises(ValueError, match="queued"):
        one.begin(NOON)


def test_accepted_is_the_end() -> None:
    """It cannot be sent again, by hand either."""
    one = ended(ACCEPTED)
    assert (one.state, one.sent_at, one.error) == (MessageState.SENT, NOON, None)
    with pytest.raises(Conflict) as refusal:
        one.resend(NOON)
    assert refusal.value.code == "message_not_resendable"


@pytest.mark.parametrize(
    ("outcome", "state"), [(REFUSED, MessageState.REFUSED), (UNKNOWN, MessageState.UNKNOWN)]
)
def test_what_failed_or_is_unknown_waits_for_somebody(
    outcome: Outcome, state: MessageState
) -> None:
    """With its code; by hand it is queued anew, for as long as at first."""
    one = ended(outcome)
    assert (one.state, one.error, one.due_at) == (state, outcome.code, None)
    assert one.is_resendable
    later = NOON + timedelta(days=3)
    one.resend(later)
    assert (one.state, one.error, one.due_at) == (MessageState.QUEUED, None, later)
    assert one.until == later + timedelta(days=1)
    assert one.begin(later)
    assert one.tries == 2


def test_what_was_certainly_not_taken_is_tried_again_after_a_pause() -> None:
    """Or as long as the provider asks for; the code is shown meanwhile."""
    one = ended(LATER)
    assert (one.state, one.error) == (MessageState.QUEUED, "unreachable")
    assert one.due_at == NOON + PAUSES[0]
    patient = under_way()
    patient.settle(1, Outcome(Result.LATER, "busy", timedelta(minutes=7)), NOON, 0.5)
    assert patient.due_at == NOON + timedelta(minutes=7)


def test_what_is_of_no_use_any_more_is_not_sent() -> None:
    """A code lives for ten minutes: neither a retry nor a queue that stood still outlives it."""
    code = message(MessageKind.CODE)
    assert code.until == NOON + timedelta(minutes=10)
    assert not code.begin(code.until)
    assert (code.state, code.error, code.tries) == (MessageState.REFUSED, TOO_LATE, 0)
    last = message(MessageKind.CODE)
    assert last.begin(last.until - SECOND)
    retried = under_way(MessageKind.CODE)
    wait = Outcome(Result.LATER, "busy", timedelta(minutes=10))
    assert retried.settle(1, wait, NOON, 0.5)
    assert (retried.state, retried.error) == (MessageState.REFUSED, "busy")
    just = under_way(MessageKind.CODE)
    just.settle(1, Outcome(Result.LATER, "busy", timedelta(minutes=10) - SECOND), NOON, 0.5)
    assert just.state is MessageState.QUEUED
    assert not just.begin(just.until)
    assert just.error == "busy"


def test_an_attempt_whose_process_died_has_an_unknown_outcome() -> None:
    """When its lease has ended, not before; nothing else is lost."""
    one = under_way()
    one.lose(NOON + LEASE - SECOND)
    assert one.state is MessageState.SENDING
    one.lose(NOON + LEASE)
    assert (one.state, one.error, one.leased_until) == (MessageState.UNKNOWN, INTERRUPTED, None)
    fresh = message()
    fresh.lose(NOON + timedelta(days=1))
    assert fresh.state is MessageState.QUEUED


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_late_answer_is_believed(outcome: Outcome) -> None:
    """The process was slow and not dead: what it found out is better than not to know."""
    one = under_way()
    one.lose(NOON + LEASE)
    assert one.settle(1, outcome, NOON + LEASE, 0.5)
    states = {
        Result.ACCEPTED: MessageState.SENT,
        Result.REFUSED: MessageState.REFUSED,
        Result.UNKNOWN: MessageState.UNKNOWN,
        Result.LATER: MessageState.QUEUED,
    }
    assert one.state is states[outcome.result]


def test_the_answer_to_an_attempt_before_says_nothing_of_this_one() -> None:
    """It was sent again by hand meanwhile."""
    one = ended(UNKNOWN)
    one.resend(NOON)
    assert not one.settle(1, REFUSED, NOON, 0.5)
    assert one.begin(NOON)
    assert not one.settle(1, ACCEPTED, NOON, 0.5)
    assert one.state is MessageState.SENDING
    assert one.settle(2, ACCEPTED, NOON, 0.5)


@pytest.mark.parametrize("outcome", [ACCEPTED, REFUSED, UNKNOWN])
def test_what_lets_somebody_in_is_kept_only_until_it_is_sent(outcome: Outcome) -> None:
    """Or has failed; so it cannot be sent again as it was, also not after a late answer."""
    for kind in (MessageKind.CODE, MessageKind.FIRST_PASSWORD):
        assert message(kind).keeps_values
        assert under_way(kind).keeps_values
        assert not ended(outcome, kind).keeps_values
    assert ended(outcome).keeps_values
    secret = ended(REFUSED, MessageKind.CODE)
    with pytest.raises(Conflict) as refusal:
        secret.resend(NOON)
    assert refusal.value.code == "message_secret"
    lost = under_way(MessageKind.FIRST_PASSWORD)
    lost.lose(NOON + LEASE)
    assert lost.settle(1, LATER, NOON + LEASE, 0.5)
    assert lost.state is MessageState.REFUSED


def test_one_that_was_made_anew_is_not_sent_itself() -> None:
    """Nor replaced twice, nor revived by a late answer."""
    one = ended(UNKNOWN, MessageKind.FIRST_PASSWORD)
    one.replace()
    assert (one.state, one.error, one.is_resendable) == (MessageState.UNKNOWN, SENT_ANEW, False)
    assert not one.settle(1, LATER, NOON, 0.5)
    for again in (one.replace, lambda: one.resend(NOON)):
        with pytest.raises(Conflict) as refusal:
            again()
        assert refusal.value.code == "message_sent_anew"


@given(st.integers(1, 50), st.floats(0, 1))
def test_pauses_grow_to_a_quarter_of_an_hour(tries: int, chance: float) -> None:
    """Spread by a fifth, so that what failed together is not tried together."""
    pause = pause_after(tries, chance)
    usual = PAUSES[min(tries, len(PAUSES)) - 1]
    assert usual * (1 - SPREAD) <= pause <= usual * (1 + SPREAD)
    assert pause_after(1, 0) == timedelta(seconds=4)
    assert pause_after(99, 1) == timedelta(minutes=18)


@pytest.mark.parametrize("kind", MessageKind)
def test_a_text_has_the_values_that_its_template_names(kind: MessageKind) -> None:
    """No more and no fewer: a mistake shows where the message is queued."""
    names = [name for _, name, _, _ in Formatter().parse(KINDS[kind].template) if name]
    values = {name: f"<{name}>" for name in names}
    text = text_of(kind, values)
    assert all(value in text for value in values.values())
    assert len(text) <= 100, "two text messages at most"
    with pytest.raises(ValueError, match=kind):
        text_of(kind, values | {"more": ""})
    with pytest.raises(ValueError, match=kind):
        text_of(kind, {})


def test_the_words_of_the_log_stay() -> None:
    """The page, the database and other systems know messages by them."""
    assert [*MessageState] == ["queued", "sending", "sent", "refused", "unknown"]
    assert [*Result] == ["accepted", "refused", "later", "unknown"]
    assert [*Channel] == ["inbox", "text", "mail"]
    assert [*MessageKind] == [*REGISTERED]
    codes = (TOO_LATE, INTERRUPTED, SENT_ANEW, BLANKED)
    assert codes == ("too_late", "interrupted", "sent_anew", "blanked")
    assert OF_NO_OFFICE == ""


def test_a_message_is_tried_again_after_these_seconds() -> None:
    """An attempt is given a minute."""
    assert [pause.total_seconds() for pause in PAUSES] == [5, 15, 60, 300, 900]
    assert LEASE.total_seconds() == 60


REGISTERED = {
    "code": ("验证码", "您的验证码是246810，10分钟内有效，请勿告诉他人。"),
    "registration_decided": ("单位注册结果", "您的单位注册申请未通过审核。"),
    "first_password": (
        "账号开通",
        "您的账号operator已开通，初始密码invented，7天内有效，首次登录后须修改密码。",
    ),
    "application_submitted": ("参保申请已提交", "参保申请PRT已提交，等待审核。"),
    "application_returned": (
        "参保申请被退回",
        "您的参保申请PRT已被退回，请登录系统查看原因，修改后重新提交。",
    ),
    "application_approved": (
        "参保申请已审核通过",
        "您的参保申请PRT已审核通过，应付金额95.00元，请打印缴费通知单并按时缴费。",
    ),
    "payment_confirmed": ("缴费已确认", "您的参保申请PRT的缴费已于2026-03-02确认。"),
    "receipt_issued": (
        "电子票据已开具",
        "您的参保申请PRT的电子票据0000000001已开具，请登录系统查看。",
    ),
    "confirmation_ready": (
        "确认书可以打印",
        "您的参保申请PRT的确认书G0012可以打印，请打印盖章后寄回办事处。",
    ),
    "webhook_paused": (
        "订阅已自动暂停",
        "订阅7d444840连续投递失败，已自动暂停，请联系接收方修复后恢复订阅。",
    ),
}
SAID = {
    "code": "246810",
    "minutes": "10",
    "decision": "未通过审核",
    "username": "operator",
    "password": "invented",
    "days": "7",
    "application_no": "PRT",
    "payable": "95.00",
    "confirmed_on": "2026-03-02",
    "number": "0000000001",
    "confirmation_no": "G0012",
    "webhook_id": "7d444840",
}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_text_is_what_the_provider_has_registered(kind: MessageKind) -> None:
    """Whoever changes a word has the provider's template changed too."""
    names = [name for _, name, _, _ in Formatter().parse(KINDS[kind].template) if name]
    content = Content(kind, "13800000001", {name: SAID[name] for name in names})
    assert (content.title, content.text) == REGISTERED[kind]


def test_whoever_proves_a_number_or_gets_a_password_cannot_choose() -> None:
    """Nobody is offered to switch these off."""
    assert {MessageKind.CODE, MessageKind.FIRST_PASSWORD, MessageKind.REGISTRATION_DECIDED} == MUSTS
    assert all(
        Channel.INBOX in channels for offered in OFFERED.values() for channels in offered.values()
    )
