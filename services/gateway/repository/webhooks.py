"""Subscriptions of other systems, and their secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.domain.webhooks import WebhookSubscription
from services.gateway.repository.accounts import account_of
from services.gateway.tables import AccountRow, WebhookRow, WebhookSecretRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.identity.caller import Caller
from shared.runtime.rows import LoadedRows, columns_for
from shared.runtime.sealing import Sealed


class Webhooks:
    """All subscriptions."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, WebhookRow)
        self._sealer = tx.resources.sealer

    async def save(self, webhook: WebhookSubscription) -> None:
        """Save a subscription, new or changed."""
        self._rows.save(vars(webhook))
        await self._session.flush()

    async def of(self, account_id: str) -> list[WebhookSubscription]:
        """Return an account's subscriptions, oldest first."""
        rows = await self._session.scalars(
            select(WebhookRow)
            .where(WebhookRow.account_id == account_id)
            .order_by(WebhookRow.created_at, WebhookRow.webhook_id)
        )
        return [_subscription(row) for row in rows]

    async def get(
        self, webhook_id: UUID, account_id: str, *, lock: bool = False
    ) -> WebhookSubscription:
        """Return a subscription; NotFound for another account's."""
        query = select(WebhookRow).where(
            WebhookRow.webhook_id == webhook_id, WebhookRow.account_id == account_id
        )
        row: WebhookRow | None = await self._session.scalar(
            query.with_for_update() if lock else query
        )
        if row is None:
            raise NotFound("没有这个订阅，请核对编号。")
        return _subscription(self._rows.keep(row))

    async def remove(self, webhook: WebhookSubscription) -> None:
        """Delete a subscription with its deliveries."""
        await self._session.delete(await self._session.get_one(WebhookRow, webhook.webhook_id))

    async def lock(self, webhook_id: UUID) -> WebhookSubscription | None:
        """Lock and return a subscription of any account."""
        row = await self._session.get(
            WebhookRow, webhook_id, with_for_update=True, populate_existing=True
        )
        return _subscription(self._rows.keep(row)) if row is not None else None

    async def locked(self, webhook_id: UUID) -> tuple[WebhookSubscription, Caller] | None:
        """Lock and return an active subscription and its caller; None when it is not active."""
        found = (
            await self._session.execute(
                select(WebhookRow, AccountRow)
                .join(AccountRow, AccountRow.account_id == WebhookRow.account_id)
                .where(WebhookRow.webhook_id == webhook_id, *_ACTIVE)
                .with_for_update(of=WebhookRow)
            )
        ).one_or_none()
        return (
            (_subscription(self._rows.keep(found[0])), account_of(found[1], self._sealer).caller)
            if found
            else None
        )

    async def any_active(self) -> bool:
        """Return whether there is an active subscription."""
        active = (
            select(WebhookRow.webhook_id)
            .join(AccountRow, AccountRow.account_id == WebhookRow.account_id)
            .where(*_ACTIVE)
        )
        return bool(await self._session.scalar(select(active.exists())))

    async def behind(self, position: int) -> list[UUID]:
        """Return the subscriptions whose cursor is before a position of the log."""
        rows = await self._session.scalars(
            select(WebhookRow.webhook_id)
            .join(AccountRow, AccountRow.account_id == WebhookRow.account_id)
            .where(WebhookRow.position < position, *_ACTIVE)
        )
        return list(rows)

    async def put_secret(
        self, webhook_id: UUID, secret: str, now: datetime, old_until: datetime
    ) -> int:
        """Add a secret, sealed; the old one stays valid for a while. Returns its number."""
        await self._session.execute(
            update(WebhookSecretRow)
            .where(WebhookSecretRow.webhook_id == webhook_id, WebhookSecretRow.until.is_(None))
            .values(until=old_until)
        )
        await self._session.execute(
            delete(WebhookSecretRow).where(
                WebhookSecretRow.webhook_id == webhook_id, WebhookSecretRow.until < now
            )
        )
        row = WebhookSecretRow(
            webhook_id=webhook_id, sealed=self._sealer.seal(secret.encode(), _place(webhook_id))
        )
        self._session.add(row)
        await self._session.flush()
        return row.secret_id

    async def secret(self, webhook_id: UUID, secret_id: int) -> str:
        """Return one secret; NotFound when it has been deleted."""
        sealed = await self._session.scalar(
            select(WebhookSecretRow.sealed).where(
                WebhookSecretRow.webhook_id == webhook_id, WebhookSecretRow.secret_id == secret_id
            )
        )
        if sealed is None:
            raise NotFound("这个密钥已失效，请重新更换密钥。")
        return self._sealer.unseal(sealed, _place(webhook_id)).decode()

    async def secrets(self, webhook_id: UUID, now: datetime) -> list[str]:
        """Return the valid secrets, newest first."""
        rows = await self._session.scalars(
            select(WebhookSecretRow.sealed)
            .where(
                WebhookSecretRow.webhook_id == webhook_id,
                or_(WebhookSecretRow.until.is_(None), WebhookSecretRow.until > now),
            )
            .order_by(WebhookSecretRow.secret_id.desc())
        )
        return [self._sealer.unseal(sealed, _place(webhook_id)).decode() for sealed in rows]

    async def one_at_a_time(self, account_id: str) -> None:
        """Lock an account's subscriptions until the transaction ends."""
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(f"webhooks/{account_id}")))
        )


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return the oldest secret, sealed; None without subscriptions."""
    query = (
        select(WebhookSecretRow.sealed, WebhookSecretRow.webhook_id)
        .order_by(WebhookSecretRow.secret_id)
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return (row.sealed, _place(row.webhook_id)) if row else None


_ACTIVE = (WebhookRow.paused_at.is_(None), AccountRow.active)


def _subscription(row: WebhookRow) -> WebhookSubscription:
    return WebhookSubscription(**columns_for(WebhookSubscription, row))


def _place(webhook_id: UUID) -> str:
    return f"webhook/{webhook_id}"
