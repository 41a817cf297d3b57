"""What people are told of events: notices in their inboxes, text messages and mails."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from services.gateway.adapters.services import Services
from services.gateway.domain.message_kinds import Channel
from services.gateway.domain.notices import TOPICS, News, news_of
from services.gateway.domain.notification_settings import NotificationSettings, texts_unit
from services.gateway.handlers.messages import queue_mail, queue_text
from services.gateway.handlers.unit_contacts import contact_of
from services.gateway.repository.notices import Notices
from services.gateway.repository.notification_settings import AllNotificationSettings
from shared.bus import Job, Transaction
from shared.contracts.base import Envelope
from shared.identity.permissions import Role

KEPT = timedelta(days=180)
ROWS_PER_TRANSACTION = 10_000


async def note_news(envelope: Envelope, tx: Transaction) -> None:
    """Add what an event tells people to their inboxes, if it tells anything."""
    if envelope.type not in TOPICS:
        return
    news = news_of(envelope.event())
    if news is None:
        return
    reached = await AllNotificationSettings(tx).reached(news)
    wanting = [one.account_id for one in reached if one.wants(news.kind, Channel.INBOX)]
    await Notices(tx).add(wanting, envelope.id, news, tx.now)


async def tell(event: Any, job: Job) -> None:  # noqa: ANN401 - any of the events that tell something
    """Queue the text message and the mails about an event (docs/domain.md, Messages)."""
    news, event_id = news_of(event), job.envelope.id
    if news is None:
        return
    async with job.transaction() as tx:
        reached = await AllNotificationSettings(tx).reached(news)
        operators = [one for one in reached if one.role is Role.OPERATOR]
        if news.unit_id is None or not texts_unit(news.kind, operators):
            await job.finish_in(tx)  # nobody has to be asked for a number meanwhile
            await _mail_all(reached, event_id, news, tx)
            return
    services = job.resources.tool(Services)
    mobile = (await contact_of(news.unit_id, news.office_id, services)).mobile
    async with job.finish() as tx:
        if mobile is not None:
            await queue_text(
                news.kind,
                event_id,
                mobile,
                news.values,
                tx,
                office_id=news.office_id,
                unit_id=news.unit_id,
                subject=news.subject,
            )
        await _mail_all(reached, event_id, news, tx)


async def forget_notices(tx: Transaction) -> bool:
    """Delete old notices; return whether there are more."""
    return await Notices(tx).forget(tx.now - KEPT, ROWS_PER_TRANSACTION)


async def _mail_all(
    reached: Iterable[NotificationSettings], event_id: UUID, news: News, tx: Transaction
) -> None:
    for one in reached:
        await _mail(one, event_id, news, tx)


async def _mail(one: NotificationSettings, event_id: UUID, news: News, tx: Transaction) -> None:
    if one.address is None or not one.wants(news.kind, Channel.MAIL):
        return
    await queue_mail(
        news.kind,
        uuid5(event_id, one.account_id),
        one.address,
        news.values,
        tx,
        office_id=news.office_id,
        unit_id=news.unit_id,
        account_id=one.account_id,
        subject=news.subject,
    )
