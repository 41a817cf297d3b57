"""What Alembic runs for this service."""

from alembic import context

from services.documents.tables import metadata
from shared.database import run_migrations

run_migrations(context, metadata)  # type: ignore[arg-type]
