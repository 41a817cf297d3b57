"""Deliveries: what each subscription is still to be sent, in order per subject, and its log.

Whoever adds, settles or repeats a delivery holds the lock on its subscription's row.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.domain.deliveries import Attempt, Delivery, DueDelivery
from services.gateway.domain.events import LoggedEvent
from services.gateway.tables import AccountRow, DeliveryRow, EventRow, WebhookRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.rows import columns_for

KEPT_ATTEMPTS = 50


ATTEMPT = TypeAdapter(Attempt)
DELIVERY = TypeAdapter(Delivery)


class Deliveries:
    """The deliveries of all subscriptions."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def add(self, webhook_id: UUID, events: Sequence[LoggedEvent], now: datetime) -> None:
        """Add deliveries of events; what was sent before is sent again."""
        if not events:
            return
        statement = upsert(DeliveryRow)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[DeliveryRow.webhook_id, DeliveryRow.position],
                set_={"delivered_at": None, "tries": 0},
                where=DeliveryRow.delivered_at.is_not(None),
            ),
            [
                {
                    "webhook_id": webhook_id,
                    "position": event.position,
                    "event_id": event.event_id,
                    "topic": event.topic,
                    "subject": event.subject,
                    "tries": 0,
                    "attempts": [],
                }
                for event in events
            ],
        )
        await self._release(webhook_id, {event.subject for event in events}, now)

    async def due(self, now: datetime) -> list[UUID]:
        """Return the subscriptions that have a due delivery."""
        rows = await self._session.scalars(
            select(WebhookRow.webhook_id)
            .join(AccountRow, AccountRow.account_id == WebhookRow.account_id)
            .where(
                WebhookRow.paused_at.is_(None),
                AccountRow.active,
                select(DeliveryRow.position)
                .where(DeliveryRow.webhook_id == WebhookRow.webhook_id, *_due(now))
                .exists(),
            )
        )
        return list(rows)

    async def take(
        self, webhook_id: UUID, room: int, now: datetime, lease: timedelta
    ) -> list[DueDelivery]:
        """Lease up to `room` due deliveries to this process."""
        taken = (
            select(DeliveryRow.position)
            .where(DeliveryRow.webhook_id == webhook_id, *_due(now))
            .order_by(DeliveryRow.position)
            .limit(room)
            .with_for_update(skip_locked=True)
            .cte()
        )
        rows = await self._session.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.webhook_id == webhook_id,
                DeliveryRow.position == taken.c.position,
                EventRow.position == DeliveryRow.position,
                WebhookRow.webhook_id == DeliveryRow.webhook_id,
            )
            .values(leased_until=now + lease)
            .returning(
                DeliveryRow.position, DeliveryRow.event_id, WebhookRow.url, EventRow.envelope
            ),
            execution_options={"synchronize_session": False},
        )
        return sorted(
            (DueDelivery(webhook_id, *row) for row in rows), key=lambda delivery: delivery.position
        )

    async def delivered(self, delivery: DueDelivery, attempt: Attempt) -> None:
        """Record that the receiver has it; the subject's next becomes due."""
        row = await self._settled(delivery, attempt)
        if row is not None:
            row.delivered_at, row.due_at = attempt.at, None
            await self._session.flush()
            await self._release(delivery.webhook_id, {row.subject}, attempt.at)

    async def failed(
        self, delivery: DueDelivery, attempt: Attempt, pause: Callable[[int], timedelta]
    ) -> int | None:
        """Record a failure, due again after a pause; None when it was delivered meanwhile.

        `pause` takes the number of failures so far, which is returned.
        """
        row = await self._settled(delivery, attempt)
        if row is None or row.delivered_at is not None:
            return None
        row.tries += 1
        row.due_at = attempt.at + pause(row.tries)
        return row.tries

    async def _settled(self, delivery: DueDelivery, attempt: Attempt) -> DeliveryRow | None:
        row = await self._session.get(
            DeliveryRow, (delivery.webhook_id, delivery.position), with_for_update=True
        )
        if row is not None:
            row.leased_until = None
            row.attempts = [*row.attempts, ATTEMPT.dump_python(attempt, mode="json")][
                -KEPT_ATTEMPTS:
            ]
        return row

    async def give_back(self, deliveries: Iterable[DueDelivery]) -> None:
        """Release the leases of deliveries that this process will not send."""
        for delivery in deliveries:
            await self._session.execute(
                update(DeliveryRow)
                .where(
                    DeliveryRow.webhook_id == delivery.webhook_id,
                    DeliveryRow.position == delivery.position,
                )
                .values(leased_until=None)
            )

    async def hurry(self, webhook_id: UUID, now: datetime) -> None:
        """Make all that waits for a retry due now."""
        await self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.webhook_id == webhook_id, DeliveryRow.due_at.is_not(None))
            .values(due_at=now, tries=0)
        )

    async def again(self, webhook_id: UUID, event_id: UUID, now: datetime) -> Delivery:
        """Send an event again, at once or behind others of its subject; NotFound without it."""
        row: DeliveryRow | None = await self._session.scalar(
            select(DeliveryRow)
            .where(DeliveryRow.webhook_id == webhook_id, DeliveryRow.event_id == event_id)
            .with_for_update()
        )
        if row is None:
            raise NotFound("投递记录中没有这个事件，请核对编号；较早的事件请用resend-since重发。")
        if row.due_at is not None:
            row.due_at = now
        row.delivered_at, row.tries = None, 0
        await self._session.flush()
        await self._release(webhook_id, {row.subject}, now)
        await self._session.refresh(row)
        return _delivery(row)

    async def page(self, webhook_id: UUID, before: int | None, limit: int) -> list[Delivery]:
        """Return a subscription's deliveries, newest first."""
        query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
        if before is not None:
            query = query.where(DeliveryRow.position < before)
        rows = await self._session.scalars(query.order_by(DeliveryRow.position.desc()).limit(limit))
        return [_delivery(row) for row in rows]

    async def count_open(self, webhook_id: UUID) -> int:
        """Return how many deliveries are open."""
        return int(
            await self._session.scalar(
                select(func.count()).where(
                    DeliveryRow.webhook_id == webhook_id, DeliveryRow.delivered_at.is_(None)
                )
            )
            or 0
        )

    async def forget(self, before: datetime) -> None:
        """Delete what was delivered before a time."""
        await self._session.execute(delete(DeliveryRow).where(DeliveryRow.delivered_at < before))

    async def _release(self, webhook_id: UUID, subjects: Iterable[str], now: datetime) -> None:
        """Make the oldest open delivery of each subject the next, where there is none yet."""
        oldest = (
            select(func.min(DeliveryRow.position))
            .where(
                DeliveryRow.webhook_id == webhook_id,
                DeliveryRow.subject.in_(sorted(subjects)),
                DeliveryRow.delivered_at.is_(None),
            )
            .group_by(DeliveryRow.subject)
            .having(func.count(DeliveryRow.due_at) == 0)
        )
        await self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.webhook_id == webhook_id, DeliveryRow.position.in_(oldest))
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )


def _delivery(row: DeliveryRow) -> Delivery:
    return DELIVERY.validate_python(columns_for(Delivery, row))


def _due(now: datetime) -> tuple[Any, ...]:
    return (
        DeliveryRow.due_at <= now,
        or_(DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until <= now),
    )
