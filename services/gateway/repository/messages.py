"""Messages: what is to be sent, and the log of what was."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import OF_NO_OFFICE, Content, Message, MessageState
from services.gateway.tables import MessageRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.rows import LoadedRows, columns_for

MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True)
class Search:
    """Which messages are wanted; `subject` may be a part."""

    state: MessageState | None = None
    kind: MessageKind | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Logged:
    """A message in the log: its position there, and whether what it says is still kept."""

    position: int
    has_content: bool
    message: Message


class Messages:
    """All messages."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, MessageRow)
        self._sealer = tx.resources.sealer

    async def add(self, message: Message, to: str, values: Mapping[str, str]) -> bool:
        """Add a message with its content, sealed; False when there is one with its id."""
        to_place, values_place = _places(message.message_id)
        added = await self._session.scalar(
            upsert(MessageRow)
            .values(
                **asdict(message),
                sealed_to=self._sealer.seal(to.encode(), to_place),
                sealed_values=self._sealer.seal(json.dumps(dict(values)).encode(), values_place),
            )
            .on_conflict_do_nothing()
            .returning(MessageRow.message_id)
        )
        return added is not None

    async def get(self, message_id: UUID, office_id: str, *, lock: bool = False) -> Message:
        """Return a message of an office or of none; NotFound when it is another's."""
        query = select(MessageRow).where(MessageRow.message_id == message_id, _of(office_id))
        row: MessageRow | None = await self._session.scalar(
            query.with_for_update() if lock else query
        )
        if row is None:
            raise NotFound("没有这条消息，请核对编号。")
        return _message(self._rows.keep(row))

    async def lock(self, message_id: UUID) -> Message | None:
        """Lock and return a message of any office."""
        row = await self._session.get(
            MessageRow, message_id, with_for_update=True, populate_existing=True
        )
        return _message(self._rows.keep(row)) if row is not None else None

    async def due(self, room: int, now: datetime) -> list[Message]:
        """Lock and return up to `room` messages that are due: codes first, then the oldest."""
        rows = await self._session.scalars(
            select(MessageRow)
            .where(MessageRow.due_at <= now)
            .order_by(MessageRow.kind != MessageKind.CODE, MessageRow.due_at, MessageRow.position)
            .limit(room)
            .with_for_update(skip_locked=True)
        )
        return [_message(self._rows.keep(row)) for row in rows]

    async def lost(self, now: datetime) -> list[Message]:
        """Lock and return the messages whose attempt has no end: its lease has passed."""
        rows = await self._session.scalars(
            select(MessageRow)
            .where(MessageRow.state == MessageState.SENDING, MessageRow.leased_until <= now)
            .with_for_update(skip_locked=True)
        )
        return [_message(self._rows.keep(row)) for row in rows]

    async def content(self, message: Message) -> Content | None:
        """Return where it goes and what it says; None when that was blanked or cannot be read."""
        row = await self._session.get_one(MessageRow, message.message_id)
        if row.sealed_to is None or row.sealed_values is None:
            return None
        to_place, values_place = _places(message.message_id)
        try:
            to = self._sealer.unseal(row.sealed_to, to_place).decode()
            values = json.loads(self._sealer.unseal(row.sealed_values, values_place))
        except (InvalidTag, ValueError):
            return None
        return Content(message.kind, to, values)

    async def save(self, message: Message) -> None:
        """Save a message that was loaded; blank the values that it keeps no longer."""
        blanked = {} if message.keeps_values else {"sealed_values": None}
        self._rows.save(asdict(message) | blanked)
        await self._session.flush()

    async def before(
        self, matching: Select[MessageRow], position: int | None, limit: int
    ) -> list[Logged]:
        """Return a page of what was found, newest first."""
        if position is not None:
            matching = matching.where(MessageRow.position < position)
        rows = await self._session.scalars(
            matching.order_by(MessageRow.position.desc()).limit(limit)
        )
        return [Logged(row.position, row.sealed_to is not None, _message(row)) for row in rows]

    async def blank(self, before: datetime, limit: int) -> bool:
        """Blank the content of messages from before a time; return whether there may be more."""
        old = (
            select(MessageRow.message_id)
            .where(MessageRow.created_at < before, MessageRow.sealed_to.is_not(None))
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte()  # runs once; a subquery of IN may be run again for every row, past the limit
        )
        blanked = await self._session.scalars(
            update(MessageRow)
            .where(MessageRow.message_id == old.c.message_id)
            .values(sealed_to=None, sealed_values=None)
            .returning(MessageRow.message_id)
        )
        return len(blanked.all()) == limit


def found(office_id: str, search: Search) -> Select[MessageRow]:
    """Find the messages of an office, and those to strangers, who belong to none."""
    return select(MessageRow).where(_of(office_id), *_conditions(search))


def positions(matching: Select[MessageRow]) -> Select[int]:
    """Return the query for the positions alone of what was found."""
    return matching.with_only_columns(MessageRow.position)


def _of(office_id: str) -> ColumnElement[bool]:
    return MessageRow.office_id.in_([office_id, OF_NO_OFFICE])


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.state:
        conditions.append(MessageRow.state == search.state)
    if search.kind:
        conditions.append(MessageRow.kind == search.kind)
    if search.subject:
        conditions.append(MessageRow.subject.icontains(search.subject, autoescape=True))
    return conditions


def _message(row: MessageRow) -> Message:
    return MESSAGE.validate_python(columns_for(Message, row))


def _places(message_id: UUID) -> tuple[str, str]:
    return f"message/{message_id}/to", f"message/{message_id}/values"
