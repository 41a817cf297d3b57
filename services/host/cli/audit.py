"""Operators' commands in the audit trail: who, what, and what came of it."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from services.host.maintenance import maintained
from shared.bus.transaction import Transactions
from shared.errors import CannotStart, Refusal
from shared.runtime.faults import describe

Act = Callable[[argparse.Namespace], Awaitable[str | None]]
"""What a command does; returns the number of what it made, if it made something."""

Entry = tuple[Transactions, int, str] | None
"""Where the trail is, the entry's position there and its subject; None when it is out of reach."""

TIMEOUT_SECONDS = 10.0


async def audited(arguments: argparse.Namespace, act: Act) -> None:
    """Carry a command out with an entry around it, if it has one; without the trail all the same.

    Not so when the trail's database was made with another sealing key: then nothing is done.
    A command that ends with a sentence was refused; what breaks it off leaves the entry unknown.
    """
    found = declared(arguments)
    if found is None:
        await act(arguments)
        return
    async with AsyncExitStack() as stack:
        entry = await _begun(stack, arguments, *found)
        try:
            made = await act(arguments)
        except Refusal as refusal:
            await _settle(entry, "refused", code=refusal.code)
            raise
        except SystemExit:
            await _settle(entry, "refused")
            raise
        except Exception:
            await _settle(entry, "failed")
            raise
        await _settle(entry, "done", made=made)


def declared(arguments: argparse.Namespace) -> tuple[str, tuple[str, ...]] | None:
    """Return the action that the command line declares, and the arguments that name its subject."""
    actions = getattr(arguments, "audit", {})
    found: tuple[str, tuple[str, ...]] | None = actions.get(getattr(arguments, "action", None))
    return found


async def _begun(
    stack: AsyncExitStack, arguments: argparse.Namespace, action: str, about: tuple[str, ...]
) -> Entry:
    try:
        # An image may hold one service only, and its environment one database.
        from services.gateway.domain.trail import Actor, subject_of  # noqa: PLC0415 - said above
        from services.gateway.handlers.trail import begin  # noqa: PLC0415 - said above

        values = [getattr(arguments, name) for name in about]
        subject = subject_of(*(value for value in values if value is not None))
        actor = Actor(f"operator:{arguments.by}", None)
        run = await stack.enter_async_context(maintained("gateway", arguments.var))
        async with asyncio.timeout(TIMEOUT_SECONDS):
            position = await begin(actor, action, subject, None, run.transactions)
    except CannotStart:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the trail is no reason not to act
        _say_untold(error)
        return None
    return run.transactions, position, subject


async def _settle(
    entry: Entry, outcome: str, *, code: str | None = None, made: str | None = None
) -> None:
    if entry is None:
        return
    from services.gateway.domain.trail import Outcome, subject_of  # noqa: PLC0415 - as in _begun
    from services.gateway.handlers.trail import settle  # noqa: PLC0415 - as in _begun

    transactions, position, subject = entry
    named = "/".join(filter(None, (subject, subject_of(made)))) if made else None
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await settle(position, Outcome(outcome), transactions, code=code, subject=named)
    except Exception as error:  # noqa: BLE001 - it is done or not whatever the trail says
        _say_untold(error)


def _say_untold(error: BaseException) -> None:
    reason = str(error) if isinstance(error, SystemExit | ImportError) else describe(error)
    sys.stderr.write(f"The audit trail could not be told of this: {reason}\n")
