"""What people are told of events: notices in their inboxes, text messages and mails."""

from datetime import timedelta
from uuid import UUID, uuid5

from services.gateway.adapters.services import Services
from services.gateway.domain.message_kinds import TEXTED, Channel
from services.gateway.domain.notices import TOPICS, News, news_of
from services.gateway.domain.notification_settings import NotificationSettings, texts_unit
from services.gateway.handlers.messages import queue_mail, queue_text
from services.gateway.handlers.unit_contacts import contact_of
from services.gateway.repository.notices import Notices
from services.gateway.repository.notification_settings import AllNotificationSettings
from shared.bus import Job, Transaction
from shared.contracts.base import Envelope, Event
from shared.identity.permissions import Role

KEPT = timedelta(days=180)
ROWS_PER_TRANSACTION = 10_000


async def note_news(envelope: Envelope, tx: Transaction) -> None:
    """Add what an event tells people to their inboxes and queue their mails, if it tells anything.

    docs/domain.md, Messages.
    """
    if envelope.type not in TOPICS:
        return
    news = news_of(envelope.event())
    if news is None:
        return
    reached = await AllNotificationSettings(tx).reached(news)
    wanting = [one.account_id for one in reached if one.wants(news.kind, Channel.INBOX)]
    await Notices(tx).add(wanting, envelope.id, news, tx.now)
    for one in reached:
        await _mail(one, envelope.id, news, tx)


def may_be_texted(event: Event) -> bool:
    """Return whether a unit may get a text message about an event, by what it is about."""
    news = news_of(event)
    return news is not None and news.unit_id is not None and news.kind in TEXTED


async def text_unit(event: Event, job: Job) -> None:
    """Queue the text message to the unit's contact, whose number enrollment has."""
    news = news_of(event)
    if news is None or news.unit_id is None:
        return
    with job.reading() as tx:
        reached = await AllNotificationSettings(tx).reached(news)
    if not texts_unit(news.kind, [one for one in reached if one.role is Role.OPERATOR]):
        return
    services = job.resources.tool(Services)
    mobile = (await contact_of(news.unit_id, news.office_id, services)).mobile
    if mobile is None:
        return
    async with job.finish() as tx:
        await queue_text(
            news.kind,
            job.envelope.id,
            mobile,
            news.values,
            tx,
            office_id=news.office_id,
            unit_id=news.unit_id,
            subject=news.subject,
        )


async def forget_notices(tx: Transaction) -> bool:
    """Delete old notices; return whether there are more."""
    return await Notices(tx).forget(tx.now - KEPT, ROWS_PER_TRANSACTION)


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
