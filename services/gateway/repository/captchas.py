"""Captchas: their answers, and how many each address asked for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from services.gateway.domain.tries import CAPTCHA_LIFE, CAPTCHA_WINDOW
from services.gateway.repository.tries import one_at_a_time
from services.gateway.tables import CaptchaRow
from shared.bus import Transaction


class Captchas:
    """Captchas, each of which can be answered once."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    async def asked(self, address: str, now: datetime) -> Sequence[datetime]:
        """Return when this address asked within the window, newest first; blocks its next ones."""
        await one_at_a_time(self._session, "captcha address", address)
        ends = await self._session.scalars(
            select(CaptchaRow.expires_at)
            .where(
                CaptchaRow.address_digest == self._sealer.lookup_hash(address),
                CaptchaRow.expires_at > now + CAPTCHA_LIFE - CAPTCHA_WINDOW,
            )
            .order_by(CaptchaRow.expires_at.desc())
        )
        return [end - CAPTCHA_LIFE for end in ends]

    async def ask(self, answer: str, address: str, now: datetime) -> UUID:
        """Save an answer; return the captcha's id."""
        captcha_id = uuid4()
        self._session.add(
            CaptchaRow(
                captcha_id=captcha_id,
                answer_digest=self._sealer.lookup_hash(answer.lower()),
                address_digest=self._sealer.lookup_hash(address),
                expires_at=now + CAPTCHA_LIFE,
                answered=False,
            )
        )
        return captcha_id

    async def is_right(self, captcha_id: UUID, answer: str, now: datetime) -> bool:
        """Delete a captcha; return whether the answer is right."""
        digest = await self._session.scalar(
            update(CaptchaRow)
            .where(
                CaptchaRow.captcha_id == captcha_id,
                CaptchaRow.expires_at > now,
                ~CaptchaRow.answered,
            )
            .values(answered=True)
            .returning(CaptchaRow.answer_digest)
        )
        return bool(digest == self._sealer.lookup_hash(answer.strip().lower()))

    async def forget(self, now: datetime) -> None:
        """Delete those that have expired."""
        await self._session.execute(delete(CaptchaRow).where(CaptchaRow.expires_at <= now))
