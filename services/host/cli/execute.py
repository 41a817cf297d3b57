"""Carrying a command out: its audit entry, and its errors in a line."""

import argparse
import sys

from asyncpg.exceptions import (
    InvalidAuthorizationSpecificationError,
    InvalidCatalogNameError,
    PostgresError,
)
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError

from services.host.cli.audit import audited
from shared.bus.transports.rabbit.declaring import TopologyMissing
from shared.errors import CannotStart, Refusal, StorageAway
from shared.runtime.faults import cause_of, is_database_down

NOT_LET_IN = (InvalidCatalogNameError, InvalidAuthorizationSpecificationError)


async def execute(arguments: argparse.Namespace) -> None:
    """Carry out one command, `arguments.act`; say in a line, not in a trace, what it lacks."""
    try:
        await audited(arguments, arguments.act)
    except (Refusal, CannotStart) as reason:
        sys.exit(str(reason))
    except ValidationError as error:
        if error.title not in {"Settings", "BusSettings", "ServiceSettings"}:
            raise
        lines = [_what_is_wrong(one) for one in error.errors()]
        sys.exit("\n".join(("The environment cannot be used (deploy/.env.example):", *lines)))
    except TopologyMissing as missing:
        sys.exit(
            f"RabbitMQ has no queue {missing}: import `python -m services definitions` there, or"
            " let this process make it with BUS_DECLARES=true."
        )
    except (DBAPIError, PostgresError, StorageAway) as error:
        line = _what_is_away(error)
        if line is None:
            raise
        sys.exit(line)
    except OSError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def _what_is_away(error: Exception) -> str | None:
    """Return which server is out of reach, in a line; None when it is something else."""
    cause = cause_of(error)
    if isinstance(error, StorageAway):
        # The first line of the library's message; the rest is for its developers.
        return f"The object store is away; try again later: {str(cause).partition(chr(10))[0]}"
    if isinstance(cause, NOT_LET_IN):
        return f"PostgreSQL refuses: {cause} (databases and roles: deploy/.env.example)"
    if is_database_down(error):
        return f"PostgreSQL is away; try again later: {type(cause).__name__}: {cause}"
    return None


def _what_is_wrong(error: ErrorDetails) -> str:
    """Return an error with its setting's name, which our own sentences contain already."""
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    return f"{'.'.join(map(str, error['loc'])).upper()}: {error['msg']}"
