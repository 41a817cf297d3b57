"""Images hold what their commands need, and no more: neither files nor packages."""

from pathlib import Path

import pytest

from services.host.cli import COMMANDS
from services.host.registry import NAMES
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.keys import new_keys
from tests.images import Image, image_of, operator_image

OF_SERVICES = {"run", "migrate", "seed", "keys"}


LISTING = """
from services.host.cli import COMMANDS, parser
for name in COMMANDS:
    try:
        parser().parse_args([name, "--help"])
    except SystemExit as end:
        print("\\n#", name, end.code)
"""


def _there(image: Image) -> set[str]:
    """Return the commands whose modules, and what they import, are in an image."""
    done = image.python("-c", LISTING)
    assert done.returncode == 0, done.stderr
    codes = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("# ")]
    assert [name for name, _ in codes] == list(COMMANDS)
    return {name for name, code in codes if code == "0"}


@pytest.fixture(params=NAMES)
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Image:
    """Return each service's image in turn."""
    return image_of(str(request.param), tmp_path)


def test_a_service_can_be_asked_what_it_can_do(image: Image) -> None:
    """Every command is listed, with the line that says what it is for."""
    done = image.run("--help")
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_an_image_has_the_commands_of_its_service(image: Image) -> None:
    """And the packages that they need."""
    own = OF_SERVICES | ({"clients"} if image.name == "gateway" else set())
    assert _there(image) == own


def test_a_service_that_is_not_in_an_image_is_named(image: Image) -> None:
    """Whoever mistakes the container is told in one line."""
    other = "roster" if image.name != "roster" else "gateway"
    done = image.run(
        "migrate", other, **{f"{other.upper()}_DATABASE_URL": "postgresql://nowhere/x"}
    )
    assert (done.returncode, done.stderr) == (1, f"The service {other} is not in this image.\n")


def test_a_command_that_is_not_in_an_image_says_where_it_is(image: Image) -> None:
    """In one line."""
    done = image.run("queues")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "python -m services queues is not in this image, but in the operator image:"
        " deploy/operator/Dockerfile\n"
    )


async def test_a_service_migrates_its_database_and_is_seeded(
    image: Image, postgres: str, namespace: str
) -> None:
    """With the packages of its own lock file."""
    name = f"{namespace}_image_{image.name}"
    url = (await create_databases(postgres, [name]))[name]
    environment = {**new_keys(), f"{image.name.upper()}_DATABASE_URL": url}
    migrated = image.run("migrate", image.name, **environment)
    assert migrated.returncode == 0, migrated.stderr
    seeded = image.run("seed", image.name, **environment)
    assert seeded.returncode == 0, seeded.stderr
    assert "The demo office is loaded" in seeded.stdout


def test_a_service_that_lacks_a_setting_says_which(image: Image) -> None:
    """All that it runs with is loaded by then."""
    done = image.run("run", image.name, **new_keys())
    assert done.returncode == 1
    assert done.stderr.startswith("BUS_URL and "), done.stderr


def test_the_operator_image_has_every_command(tmp_path: Path) -> None:
    """And the packages for them."""
    assert _there(operator_image(tmp_path)) == set(COMMANDS)


def test_a_package_that_is_not_locked_cannot_be_used(tmp_path: Path) -> None:
    """Else these tests would prove nothing: openpyxl is in roster's lock file only."""
    image = image_of("enrollment", tmp_path)
    assert "openpyxl is not in this image" in image.python("-c", "import openpyxl").stderr
    assert image.python("-c", "import sqlalchemy").returncode == 0
