"""The gateway's handlers on a database that commits, so that what happens at once really does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.gateway.adapters.captcha import KnownCaptcha
from services.gateway.adapters.outgoing import Outgoing
from services.gateway.adapters.services import Services
from services.gateway.adapters.sms import Sms
from services.gateway.domain import messages
from services.gateway.domain.accounts import Account
from services.gateway.domain.codes import Code, Purpose
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import ACCEPTED, Content
from services.gateway.domain.sessions import Session
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.codes import ask_code
from services.gateway.handlers.messages_sending import MessageSender
from services.gateway.handlers.sessions import Place, admit, ask_captcha
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.sessions import SessionRepository
from services.gateway.tables import metadata
from shared.bus.transaction import Transaction, Transactions
from shared.errors import Refusal
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.gateway.conftest import Gateway
from tests.handling import SCOPE, Handling

MOBILE, OTHER_MOBILE = "13700000001", "13700000002"
CREDIT_CODE = "12370203433525671H"
HOME, AWAY = "203.0.113.7", "198.51.100.1"
PASSWORD = "the right password"
CAPTCHA = KnownCaptcha("2468")


@dataclass
class Answer:
    """What a service answers."""

    ok: bool
    json: Any = None
    status: int = 200


@dataclass
class Enrollment:
    """Stands for enrollment: knows one unit's number and code, or is away."""

    away: bool = False

    async def call(self, *_: object, **__: object) -> Answer:
        """Answer."""
        if self.away:
            return Answer(ok=False, status=503)
        unit = {
            "name": "青岛海晏示例职业学校",
            "credit_code": CREDIT_CODE,
            "mobile": MOBILE,
            "agency_id": SCOPE["agency_id"],
        }
        return Answer(ok=True, json=unit)


@dataclass
class Provider:
    """Takes text messages, and answers as the test wants."""

    contents: list[Content] = field(default_factory=list)
    outcome: messages.Outcome = ACCEPTED

    async def send(self, _: UUID, content: Content) -> messages.Outcome:
        """Note and answer."""
        self.contents.append(content)
        return self.outcome


@dataclass
class Door:
    """Where people come in: with a clock that the test moves, and phones that it reads."""

    gateway: Gateway
    transactions: Transactions
    enrollment: Enrollment
    sms: Provider

    @property
    def handling(self) -> Handling:
        """Return the same gateway as what takes events."""
        return Handling("gateway", self.transactions, self.gateway.clock)  # type: ignore[arg-type]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction."""
        async with self.transactions.begin() as tx:
            yield tx

    def forward(self, **more: float) -> None:
        """Let time pass."""
        self.gateway.clock.forward(**more)

    def under(self, **settings: Any) -> "Door":  # noqa: ANN401 - any setting
        """Return the same door where some settings are others."""
        resources = self.transactions.resources
        changed = replace(resources, settings=resources.settings.model_copy(update=settings))
        return replace(self, transactions=Transactions(self.transactions.sessions, changed))

    async def send(self) -> list[Content]:
        """Let all that is due be sent; returns the messages that came since the last time."""
        sender = MessageSender(self.transactions)
        await sender.round()
        await asyncio.gather(*sender.under_way)
        came, self.sms.contents = self.sms.contents, []
        return came

    async def values(self, kind: MessageKind) -> dict[str, str]:
        """Return what the one message that comes says; a decided registration is told beside it."""
        decided = MessageKind.REGISTRATION_DECIDED
        [content] = [one for one in await self.send() if one.kind is not decided]
        assert content.kind is kind
        return dict(content.values)

    async def captcha(self, address: str = HOME) -> UUID:
        """Ask for a captcha."""
        async with self.transaction() as tx:
            return await ask_captcha(CAPTCHA.answer(), address, tx)

    async def ask(
        self,
        mobile: str = MOBILE,
        purpose: Purpose = Purpose.REGISTRATION,
        address: str = HOME,
        answer: str = "2468",
    ) -> Code:
        """Ask for a code."""
        captcha_id = await self.captcha(address)
        return await ask_code(purpose, mobile, captcha_id, answer, address, self.transactions)

    async def code(
        self, mobile: str = MOBILE, purpose: Purpose = Purpose.REGISTRATION
    ) -> tuple[Code, str]:
        """Return a code that came, and its digits."""
        code = await self.ask(mobile, purpose)
        return code, (await self.values(MessageKind.CODE))["code"]

    async def known(self, **more: Any) -> Account:  # noqa: ANN401 - any field
        """Make an account with a known password and mobile."""
        stated = {
            "account_id": "account-1",
            "username": "operator",
            "name": "王芳",
            "role": "operator",
            **SCOPE,
            "password": PASSWORD,
        }
        mobile = more.pop("mobile", MOBILE)
        stated |= more
        async with self.transaction() as tx:
            await load_accounts({"accounts": [stated]}, tx)
        async with self.transaction() as tx:
            accounts = AccountRepository(tx)
            account = await accounts.get(stated["account_id"], lock=True)
            assert account is not None
            accounts.save(replace(account, mobile=mobile))
        return await self.account(stated["account_id"])

    async def account(self, account_id: str = "account-1") -> Account:
        """Return an account as it is kept."""
        async with self.transaction() as tx:
            found = await AccountRepository(tx).get(account_id)
        assert found is not None
        return found

    async def sign_in(
        self, username: str = "operator", password: str = PASSWORD, address: str = HOME
    ) -> str:
        """Sign in; returns the token, empty when the password is wrong."""
        admitted = await admit(
            username, password, self.transactions, client=False, place=Place(address)
        )
        return admitted[1] if admitted else ""

    async def session(self, token: str) -> tuple[Account, Session] | None:
        """Return account and session of a token, which is used by that."""
        async with self.transaction() as tx:
            return await SessionRepository(tx).of(token)

    async def kept(self) -> str:
        """Return all that is kept, in every table, as text; bytes in hexadecimal."""
        async with self.transaction() as tx:
            tables = [
                (await tx.session.execute(text(f'SELECT t::text FROM "{one.name}" t'))).scalars()  # noqa: S608 - our tables
                for one in metadata.sorted_tables
            ]
            return "\n".join(row for rows in tables for row in rows)


async def refused(call: Coroutine[Any, Any, Any]) -> str:
    """Return the code with which a call is refused; empty when it is not."""
    try:
        await call
    except Refusal as refusal:
        return refusal.code
    return ""


def in_kept(secret: str) -> Callable[[str], bool]:
    """Return whether all that is kept holds a secret, in plain or as bytes."""
    return lambda kept: secret in kept or secret.encode().hex() in kept


AGENCY = Caller(
    account_id="A0000004",
    name="市北区代办处初审",
    role=Role.AGENCY_REVIEWER,
    office_id=SCOPE["office_id"],
    agency_id=SCOPE["agency_id"],
)
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def door(gateway: Gateway) -> Door:
    """Return a gateway with text messages and enrollment before it."""
    enrollment, sms = Enrollment(), Provider()
    resources = gateway.transactions.resources
    tools = {**resources.tools, Services: enrollment, Sms: sms, Outgoing: Outgoing()}
    transactions = Transactions(gateway.transactions.sessions, replace(resources, tools=tools))
    return Door(gateway, transactions, enrollment, sms)
