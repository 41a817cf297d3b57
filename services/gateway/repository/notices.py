"""Notices: the inboxes of accounts."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.domain.notices import News, Notice
from services.gateway.tables import NoticeRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.rows import columns_for

NOTICE = TypeAdapter(Notice)


class Notices:
    """All inboxes."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def add(
        self, account_ids: Iterable[str], event_id: UUID, news: News, at: datetime
    ) -> None:
        """Add a notice to each inbox; of the same event there is one."""
        rows = [
            {
                "account_id": account_id,
                "event_id": event_id,
                "kind": news.kind,
                "subject": news.subject,
                "values": dict(news.values),
                "at": at,
            }
            for account_id in account_ids
        ]
        if rows:
            await self._session.execute(upsert(NoticeRow).on_conflict_do_nothing(), rows)

    async def before(
        self, matching: Select[NoticeRow], notice_id: int | None, limit: int
    ) -> list[Notice]:
        """Return a page of what was found, newest first."""
        if notice_id is not None:
            matching = matching.where(NoticeRow.notice_id < notice_id)
        rows = await self._session.scalars(
            matching.order_by(NoticeRow.notice_id.desc()).limit(limit)
        )
        return [_notice(row) for row in rows]

    async def count_unread(self, account_id: str, most: int) -> int:
        """Return how many notices are not read yet; `most` for more."""
        some = (
            select(NoticeRow.notice_id)
            .where(NoticeRow.account_id == account_id, NoticeRow.read_at.is_(None))
            .limit(most)
            .subquery()
        )
        return int(await self._session.scalar(select(func.count()).select_from(some)) or 0)

    async def mark_read(self, account_id: str, notice_id: int, at: datetime) -> Notice:
        """Record that a notice was read, the first time; NotFound for another account's."""
        row: NoticeRow | None = await self._session.scalar(
            select(NoticeRow)
            .where(NoticeRow.account_id == account_id, NoticeRow.notice_id == notice_id)
            .with_for_update()
        )
        if row is None:
            raise NotFound("没有这条消息，请刷新页面。")
        if row.read_at is None:
            row.read_at = at
        return _notice(row)

    async def mark_all_read(self, account_id: str, newest: int, at: datetime) -> None:
        """Record that all up to a notice, which the reader has seen, were read."""
        await self._session.execute(
            update(NoticeRow)
            .where(
                NoticeRow.account_id == account_id,
                NoticeRow.notice_id <= newest,
                NoticeRow.read_at.is_(None),
            )
            .values(read_at=at)
        )

    async def forget(self, before: datetime, limit: int) -> bool:
        """Delete notices from before a time; return whether there may be more."""
        old = select(NoticeRow.notice_id).where(NoticeRow.at < before).limit(limit)
        gone = await self._session.scalars(
            delete(NoticeRow).where(NoticeRow.notice_id.in_(old)).returning(NoticeRow.notice_id)
        )
        return len(gone.all()) == limit


def found(account_id: str, *, unread: bool = False) -> Select[NoticeRow]:
    """Find an account's notices; with `unread`, those that are not read yet."""
    query = select(NoticeRow).where(NoticeRow.account_id == account_id)
    return query.where(NoticeRow.read_at.is_(None)) if unread else query


def ids(matching: Select[NoticeRow]) -> Select[int]:
    """Return the query for the ids alone of what was found."""
    return matching.with_only_columns(NoticeRow.notice_id)


def _notice(row: NoticeRow) -> Notice:
    return NOTICE.validate_python(columns_for(Notice, row))
