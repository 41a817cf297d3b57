"""Enrollment as the host runs it."""

from pathlib import Path

from services.enrollment.api import router
from services.enrollment.handlers.catalogue import load_catalogue
from services.enrollment.handlers.units_registering import forget_pictures
from services.enrollment.repository.units import oldest_sealed
from services.enrollment.subscriptions import SUBSCRIPTIONS
from services.enrollment.tables import metadata
from services.enrollment.views import named_attachments, named_certificates, named_scans
from shared.contracts.files import Prefix
from shared.service import Service, Stored, Timer

SERVICE = Service(
    name="enrollment",
    title="参保",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    sealed=oldest_sealed,
    seed=load_catalogue,
    timers=(Timer(3600.0, forget_pictures),),
    stores=(
        Stored(Prefix.ATTACHMENTS, named_attachments),
        Stored(Prefix.CERTIFICATES, named_certificates),
        Stored(Prefix.SCANS, named_scans),
    ),
)
