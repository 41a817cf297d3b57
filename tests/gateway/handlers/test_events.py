"""What the gateway does with every event, and the text message of an approval."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.gateway.domain.accounts import Account
from services.gateway.domain.trail import Actor, Outcome
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.clients import add_client
from services.gateway.handlers.trail import begin, settle
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.events import EventLog
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.trail import AuditTrail, Search, found
from shared.contracts.enrollment import ApplicationApproved, Kind
from shared.errors import Invalid
from shared.identity.permissions import Permission, Role
from tests.gateway.outside import MOBILE, Answer, Front, fronted
from tests.handling import NUMBER, SCOPE, caller
from tests.units import Open

APPROVED = ApplicationApproved(
    application_no=NUMBER,
    **SCOPE,
    kind=Kind.ENROLLMENT,
    unit_name="青岛海晏示例职业学校",
    credit_code="1237020312345678AW",
    agency_name="市北区代办处",
    entered_on=date(2026, 3, 1),
    approved_on=date(2026, 3, 2),
    lines=(),
    total_fee=Decimal("95.00"),
    subsidy=Decimal("0.00"),
    grant=Decimal("0.00"),
    payable=Decimal("95.00"),
)
PERSON = {
    "account_id": "A0000001",
    "username": "operator",
    "password": "invented",
    "name": "经办员甲",
    "role": "operator",
    **SCOPE,
}


@pytest.fixture
async def front(open_service: Open) -> AsyncIterator[Front]:
    """Return a gateway without neighbours."""
    async with fronted(open_service) as opened:
        yield opened


async def test_every_event_is_logged_and_wakes_those_who_follow(front: Front) -> None:
    """Each sees what belongs to its own scope."""
    ring = front.live.listen()
    await front.handling.handle(APPROVED)
    assert ring.is_set()
    async with front.handling.transaction() as tx:
        log = EventLog(tx)
        [mine], position = await log.after(caller(), 0, 10)
        others, _ = await log.after(caller(unit_id="U0000002"), 0, 10)
    assert (mine.topic, mine.subject, mine.position) == (APPROVED.topic, NUMBER, position)
    assert others == []


async def test_an_approval_brings_the_operator_a_text_message(front: Front) -> None:
    """With the number and what is due; the number is asked for as the system, and not kept."""
    await front.handling.handle(APPROVED)
    await front.send()
    [content] = front.sms.contents
    assert content.to == MOBILE
    assert NUMBER in content.text
    assert "95.00" in content.text
    [asked] = front.enrollment.callers
    assert asked.may(Permission.NOTIFY)
    assert asked.office_id == SCOPE["office_id"]


async def test_without_a_number_the_message_is_tried_again(front: Front) -> None:
    """The job fails, and nothing says that it was sent."""
    front.enrollment.answer = Answer(ok=False, status=503)
    with pytest.raises(LookupError):
        await front.handling.handle(APPROVED)
    await front.send()
    assert front.sms.contents == []


async def test_accounts_of_a_seed_file_are_made_and_changed(front: Front) -> None:
    """Whoever is given another place has to sign in again; what is not stated stays."""

    async def load(**more: object) -> Account:
        async with front.handling.transaction() as tx:
            await load_accounts({"accounts": [PERSON | more]}, tx)
        async with front.handling.transaction() as tx:
            account = await AccountRepository(tx).named("operator")
        assert account is not None
        return account

    first = await load()
    assert (first.active, first.caller.unit_id) == (True, SCOPE["unit_id"])
    async with front.handling.transaction() as tx:
        sessions = SessionRepository(tx)
        await sessions.begin("A0000001", "token", timedelta(hours=1))
        found = await sessions.of("token")
        assert found is not None
        assert found[0].caller == first.caller
    renamed = await load(name="经办员乙")
    assert (renamed.name, renamed.password_hash) == ("经办员乙", first.password_hash)
    async with front.handling.transaction() as tx:
        assert await SessionRepository(tx).has("token")
    await load(unit_id="U0000002")
    async with front.handling.transaction() as tx:
        assert not await SessionRepository(tx).has("token")
    locked = await load(active=False)
    assert not locked.active
    assert not (await load()).active
    with pytest.raises(Invalid):
        await load(role="emperor")


async def test_a_client_is_made_with_a_secret_that_is_kept_as_a_hash(front: Front) -> None:
    """It reads the events of its office, and nothing else."""
    async with front.handling.transaction() as tx:
        client_id, secret = await add_client("市总工会统计系统", "0012", tx)
    async with front.handling.transaction() as tx:
        [client] = await AccountRepository(tx).clients()
        assert await AccountRepository(tx).offices() == []
    assert (client.account_id, client.role) == (client_id, Role.API_CLIENT)
    assert secret not in client.password_hash
    async with front.handling.transaction() as tx:
        assert await AccountRepository(tx).revoke_client(client_id)
        assert await AccountRepository(tx).by_username(client_id) is None


async def test_the_trail_has_the_entry_before_the_outcome(front: Front) -> None:
    """Of an office, its own."""
    transactions = front.handling.transactions
    actor = Actor("A0000001", SCOPE["office_id"])
    position = await begin(actor, "person.read", NUMBER, "203.0.113.7", transactions)

    async def last(office_id: str) -> list[tuple[str, str, Outcome]]:
        async with front.handling.transaction() as tx:
            entries = await AuditTrail(tx).before(found(office_id, Search()), None, 10)
        return [(one.action, one.subject, one.outcome) for one in entries]

    assert await last("0012") == [("person.read", NUMBER, Outcome.UNKNOWN)]
    await settle(position, Outcome.REFUSED, transactions, code="not_found")
    assert await last("0012") == [("person.read", NUMBER, Outcome.REFUSED)]
    assert await last("0013") == []
