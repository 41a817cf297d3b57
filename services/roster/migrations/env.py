"""What Alembic runs for this service."""

from alembic import context

from services.roster.tables import metadata
from shared.runtime.migrations import run_migrations

run_migrations(context, metadata)
