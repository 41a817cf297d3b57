"""The walls of `.importlinter` hold, and each of them catches what is planted."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "from importlinter.cli import lint_imports_command; lint_imports_command()"

PLANTED = {
    "Services are independent, only the host names them": [
        "services.roster.repository.imports -> services.enrollment.tables",
        "services.gateway.adapters.services -> services.invoicing.domain.days",
        "services.documents.app -> services.host.embedded",
    ],
    "The host is imported by the entry only": [
        "services.roster.handlers.persons -> services.host.registry",
        "services.gateway.app -> services.host.maintenance",
    ],
    "Rooms of a service import downwards only": [
        "services.invoicing.domain.days -> services.invoicing.tables",
        "services.invoicing.tables -> services.invoicing.repository.billings",
        "services.roster.repository.persons -> services.roster.adapters.columns",
        "services.roster.adapters.columns -> services.roster.views",
        "services.enrollment.views -> services.enrollment.handlers.applications_review",
        "services.gateway.handlers.events -> services.gateway.api.events",
        "services.enrollment.subscriptions -> services.enrollment.api",
        "services.documents.api.papers -> services.documents.app",
    ],
    "Shared knows no service": [
        "shared.values -> services.enrollment.domain.fees",
        "shared.bus.inbox.event_consumer -> services.host.embedded",
    ],
    "Shared stands in order": [
        "shared.errors -> shared.contracts.base",
        "shared.contracts.base -> shared.runtime.log",
        "shared.runtime.faults -> shared.identity.caller",
        "shared.runtime.sealing -> shared.bus.transaction",
        "shared.identity.token -> shared.bus",
        "shared.bus.outbox.relay -> shared.http.app",
        "shared.http.app -> shared.service",
        "shared.catalogue.fields -> shared.service",
    ],
    "Domain knows no framework and no plumbing": [
        "services.roster.domain.rosters -> sqlalchemy",
        "services.enrollment.domain.fees -> fastapi",
        "services.invoicing.domain.days -> shared.runtime.clock",
        "services.documents.domain.sums -> shared.runtime.storage",
        "services.roster.domain.rosters -> shared.runtime.polling",
        "services.gateway.domain.webhooks -> aiohttp",
    ],
    "Handlers speak neither HTTP nor SQL": [
        "services.documents.handlers.papers -> sqlalchemy",
        "services.enrollment.handlers.applications_review -> fastapi",
    ],
    "Services enter the bus by its front door": [
        "services.roster.handlers.persons -> shared.bus.transaction",
        "services.gateway.repository.events -> shared.bus.inbox.sequence",
        "services.enrollment.app -> shared.bus.transports.rabbit.topology",
    ],
    "Only its stores know the tables of the inbox": [
        "shared.bus.inbox.job_consumer -> shared.bus.inbox.tables",
        "shared.bus.operations.replay -> shared.bus.inbox.tables",
        "services.host.cli.messages -> shared.bus.inbox.tables",
    ],
    "Only repositories, views and apps know the tables of a service": [
        "services.invoicing.handlers.payments -> services.invoicing.tables",
        "services.enrollment.api.applications -> services.enrollment.tables",
        "services.roster.subscriptions -> services.roster.tables",
    ],
    "Only the transport over RabbitMQ knows the broker": [
        "shared.bus.outbox.relay -> aio_pika",
        "shared.bus.operations.messages -> faststream",
        "services.roster.app -> faststream",
    ],
}


def _lint(folder: Path) -> tuple[bool, str]:
    """Check the walls of a tree; returns whether they hold and the report, in one line."""
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", RUN, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, " ".join((done.stdout + done.stderr).split())


def _copied(folder: Path) -> Path:
    """Copy the sources to plant in."""
    for package in ("services", "shared"):
        left_out = shutil.ignore_patterns("__pycache__", "migrations", "web", "layouts")
        shutil.copytree(ROOT / package, folder / package, ignore=left_out)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plant everything in a copy; return what is said of it."""
    folder = _copied(tmp_path_factory.mktemp("planted"))
    for lines in PLANTED.values():
        for line in lines:
            _plant(folder, *line.split(" -> "))
    holds, said = _lint(folder)
    assert not holds, said
    return said


def _plant(folder: Path, importer: str, module: str) -> None:
    path = folder / importer.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with file.open("a", encoding="utf-8") as source:
        source.write(f"\nimport {module}\n")


def test_the_walls_hold() -> None:
    """All of them; and none is without a planted violation."""
    holds, report = _lint(ROOT)
    assert holds, report
    assert f"Contracts: {len(PLANTED)} kept, 0 broken" in report


@pytest.mark.parametrize("wall", PLANTED)
def test_a_wall_names_whatever_climbs_over_it(wall: str, reported: str) -> None:
    """Every planted import is reported under the wall that it breaks."""
    assert f"{wall} BROKEN" in reported
    of_wall = reported.partition(f"{wall} ---")[2]
    following = [of_wall.find(f"{other} ---") for other in PLANTED]
    of_wall = of_wall[: min((at for at in following if at > 0), default=None)]
    assert [line for line in PLANTED[wall] if line not in of_wall] == []


@pytest.mark.parametrize("room", ["services/helpers.py", "services/enrollment/utils.py"])
def test_a_room_that_is_not_planned_is_noticed(room: str, tmp_path: Path) -> None:
    """A newcomer who knows one service knows all."""
    copied = _copied(tmp_path)
    (copied / room).write_text('"""Somewhere to put things."""\n', encoding="utf-8")
    holds, report = _lint(copied)
    assert not holds
    assert room.rpartition("/")[2].removesuffix(".py") in report
