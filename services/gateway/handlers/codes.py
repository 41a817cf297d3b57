"""Codes by text message: asking for one, and proving a mobile by it."""

import secrets
from datetime import datetime
from math import ceil
from uuid import UUID, uuid4

from services.gateway.domain.client_address import subscriber_of
from services.gateway.domain.codes import (
    CODE_DIGITS,
    CODE_LIFE,
    PAUSE_PER_MOBILE,
    Code,
    Purpose,
    free_for_address,
    free_for_mobile,
)
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import OF_NO_OFFICE
from services.gateway.handlers.messages import queue_text
from services.gateway.handlers.sessions import seconds_until
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.captchas import Captchas
from services.gateway.repository.codes import CodeRepository
from shared.bus import Transaction, Transactions
from shared.errors import Invalid, Refusal, TooMany

PROOF_BYTES = 32


class ProofEnded(Refusal):
    """The mobile was not proved, or too long ago."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "proof_ended", "手机号验证已过期，请重新获取短信验证码；已填写的内容可以继续使用。"
        )


async def ask_code(
    purpose: Purpose,
    mobile: str,
    captcha_id: UUID,
    answer: str,
    address: str,
    transactions: Transactions,
) -> Code:
    """Send a code to a mobile; the same is returned whether it is known here or not.

    Invalid for a wrong captcha; TooMany when the mobile, the address or everybody asked too often.
    """
    async with transactions.begin() as tx:
        asked = await _ask(purpose, mobile, captcha_id, answer, address, tx)
    if isinstance(asked, Refusal):
        # Returned, not raised: that the captcha was used has to be committed.
        raise asked
    return asked


async def _ask(
    purpose: Purpose, mobile: str, captcha_id: UUID, answer: str, address: str, tx: Transaction
) -> Code | Refusal:
    if not await Captchas(tx).is_right(captcha_id, answer, tx.now):
        return Invalid("captcha_wrong", "验证码错误或已过期，请刷新后重新输入。", field="captcha")
    codes, place = CodeRepository(tx), subscriber_of(address)
    asked = await codes.asked(mobile, place)
    until = free_for_mobile(asked, tx.now)
    if until is not None:
        return _too_many("该手机号获取验证码过于频繁", until, tx.now)
    until = free_for_address(asked)
    if until is not None:
        return _too_many("您所在的网络获取短信验证码过于频繁", until, tx.now)
    if asked.by_all >= tx.resources.settings.codes_per_day:
        return TooMany(
            "codes_exhausted", "今日短信验证码已发完，请明天再试，或电话联系所属代办处。"
        )
    code_id, digits = uuid4(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    code = Code(
        code_id=code_id,
        purpose=purpose,
        mobile=mobile,
        digest=codes.digest(code_id, digits),
        asked_at=tx.now,
        expires_at=tx.now + CODE_LIFE,
    )
    codes.save(code, place)
    if purpose is not Purpose.PASSWORD_RESET or await AccountRepository(tx).of_mobile(mobile):
        minutes = str(int(CODE_LIFE.total_seconds()) // 60)
        values = {"code": digits, "minutes": minutes}
        await queue_text(MessageKind.CODE, code_id, mobile, values, tx, office_id=OF_NO_OFFICE)
    return code


def _too_many(because: str, until: datetime, now: datetime) -> TooMany:
    seconds = seconds_until(until, now)
    wait = f"{seconds}秒" if seconds <= PAUSE_PER_MOBILE.seconds else f"{ceil(seconds / 60)}分钟"
    return TooMany("too_many_codes", f"{because}，请{wait}后再试。", retry_after=seconds)


async def prove(code_id: UUID, digits: str, transactions: Transactions) -> tuple[Code, str]:
    """Return the code and the token that proves its mobile; one refusal whatever is wrong."""
    async with transactions.begin() as tx:
        codes = CodeRepository(tx)
        code = await codes.locked(code_id)
        if code is not None and code.is_open(tx.now):
            if secrets.compare_digest(code.digest, codes.digest(code_id, digits)):
                proof = secrets.token_urlsafe(PROOF_BYTES)
                proved = code.prove(codes.proof_digest(proof), tx.now)
                codes.save(proved)
                return proved, proof
            codes.save(code.fail())
    raise Invalid("code_wrong", "短信验证码错误或已过期；连续输错5次请重新获取。", field="code")
