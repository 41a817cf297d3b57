"""What stands for the gateway's outside in tests: enrollment, the providers of messages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.gateway.adapters.live import Live
from services.gateway.adapters.mail import Mail
from services.gateway.adapters.outgoing import Outgoing
from services.gateway.adapters.services import Services
from services.gateway.adapters.sms import Sms
from services.gateway.domain.messages import ACCEPTED, Content, Message, Outcome
from services.gateway.handlers.messages_sending import MessageSender
from services.gateway.repository.messages import Messages
from shared.identity.caller import Caller
from tests.handling import Handling
from tests.units import Open

MOBILE = "13800000001"
CONTACT = {
    "mobile": MOBILE,
    "credit_code": "1237020312345678AW",
    "name": "青岛示例",
    "agency_id": "001202",
}
"""What enrollment says of the unit."""


@dataclass
class Answer:
    """What a service answers."""

    ok: bool
    json: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass
class Enrollment:
    """Stands for the services: knows one unit's number, or is away."""

    answer: Answer = field(default_factory=lambda: Answer(ok=True, json=CONTACT))
    callers: list[Caller] = field(default_factory=list)

    async def call(self, _name: str, _method: str, _path: str, by: Caller) -> Answer:
        """Answer, and note who asked."""
        self.callers.append(by)
        return self.answer


def _set(event: asyncio.Event) -> asyncio.Event:
    event.set()
    return event


@dataclass
class Provider:
    """Takes text messages or mails, and answers as the test wants."""

    contents: list[Content] = field(default_factory=list)
    outcome: Outcome = ACCEPTED
    goes_on: asyncio.Event = field(default_factory=lambda: _set(asyncio.Event()))
    """Answers are held back until then."""
    ids: list[UUID] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None
    """Called as soon as a message is there."""

    async def send(self, message_id: UUID, content: Content) -> Outcome:
        """Note and answer."""
        self.ids.append(message_id)
        self.contents.append(content)
        if self.meanwhile is not None:
            await self.meanwhile()
        await self.goes_on.wait()
        return self.outcome


@dataclass
class Front:
    """The gateway with what stands for its outside."""

    handling: Handling
    enrollment: Enrollment = field(default_factory=Enrollment)
    sms: Provider = field(default_factory=Provider)
    mail: Provider = field(default_factory=Provider)
    live: Live = field(default_factory=Live)

    async def send(self) -> None:
        """Let all that is due be sent, one after the other: there is one connection."""
        sender = MessageSender(self.handling.transactions, at_a_time=1)
        await sender.round()
        while sender.under_way:
            await asyncio.gather(*sender.under_way)
            sender.under_way.clear()
            await sender.round()

    async def message(self, message_id: UUID) -> tuple[Message, Content | None]:
        """Return a message as it is kept, and what is kept of its content."""
        async with self.handling.transaction() as tx:
            messages = Messages(tx)
            message = await messages.lock(message_id)
            assert message is not None
            return message, await messages.content(message)


@asynccontextmanager
async def fronted(open_service: Open) -> AsyncIterator[Front]:
    """Open a gateway without neighbours."""
    enrollment, sms, mail, live = Enrollment(), Provider(), Provider(), Live()
    tools: dict[type, Any] = {
        Services: enrollment,
        Sms: sms,
        Mail: mail,
        Live: live,
        Outgoing: Outgoing(),
    }
    async with open_service("gateway", tools) as service:
        yield Front(service, enrollment, sms, mail, live)
