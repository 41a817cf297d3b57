"""Notification settings, and whom an event's news reaches."""

from cryptography.exceptions import InvalidTag
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, delete, false, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.domain.message_kinds import OFFERED
from services.gateway.domain.notices import News
from services.gateway.domain.notification_settings import Choices, NotificationSettings
from services.gateway.tables import AccountRow, NotificationSettingsRow
from shared.bus import Transaction
from shared.identity.permissions import Role

ROLE = TypeAdapter(Role)
CHOICES: TypeAdapter[Choices] = TypeAdapter(Choices)


class AllNotificationSettings:
    """The settings of all accounts."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    async def of(self, account_id: str, role: Role) -> NotificationSettings:
        """Return an account's settings; those of its role as long as it chose nothing."""
        row = await self._session.get(NotificationSettingsRow, account_id)
        return self._settings(account_id, role, row)

    async def save(self, settings: NotificationSettings) -> None:
        """Save an account's settings, new or changed."""
        values = {
            "choices": CHOICES.dump_python(settings.choices, mode="json"),
            "sealed_address": self._sealer.seal(
                settings.address.encode(), _place(settings.account_id)
            )
            if settings.address is not None
            else None,
        }
        await self._session.execute(
            upsert(NotificationSettingsRow)
            .values(account_id=settings.account_id, **values)
            .on_conflict_do_update(index_elements=["account_id"], set_=values)
        )

    async def forget(self, account_id: str) -> None:
        """Delete an account's settings: it is another person's now."""
        await self._session.execute(
            delete(NotificationSettingsRow).where(NotificationSettingsRow.account_id == account_id)
        )

    async def reached(self, news: News) -> list[NotificationSettings]:
        """Return the active accounts that news may be for, with their settings."""
        rows = await self._session.execute(
            select(AccountRow.account_id, AccountRow.role, NotificationSettingsRow)
            .outerjoin(
                NotificationSettingsRow, NotificationSettingsRow.account_id == AccountRow.account_id
            )
            .where(AccountRow.active, or_(false(), *_reached(news)))
            .order_by(AccountRow.account_id)
        )
        return [
            self._settings(account_id, ROLE.validate_python(role), row)
            for account_id, role, row in rows
        ]

    def _settings(
        self, account_id: str, role: Role, row: NotificationSettingsRow | None
    ) -> NotificationSettings:
        if row is None:
            return NotificationSettings(account_id, role, {})
        choices = CHOICES.validate_python(row.choices)
        return NotificationSettings(account_id, role, choices, self._address(row))

    def _address(self, row: NotificationSettingsRow) -> str | None:
        if row.sealed_address is None:
            return None
        try:
            return self._sealer.unseal(row.sealed_address, _place(row.account_id)).decode()
        except InvalidTag:
            return None


def _reached(news: News) -> list[ColumnElement[bool]]:
    places = {
        Role.OPERATOR: AccountRow.unit_id == news.unit_id,
        Role.AGENCY_REVIEWER: AccountRow.agency_id == news.agency_id,
        Role.ADMINISTRATOR: AccountRow.office_id == news.office_id,
    }
    return [
        and_(AccountRow.role == role, places[role])
        for role, offered in OFFERED.items()
        if news.kind in offered
    ]


def _place(account_id: str) -> str:
    return f"notification-settings/{account_id}"
