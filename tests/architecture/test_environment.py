"""deploy/.env.example names all that an installation may set, and nothing that nobody reads."""

import re
from pathlib import Path

from services.host.registry import NAMES
from shared.runtime.settings import ServiceSettings, Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
WRITTEN = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE)
ASKED = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE))
NOBODY_ASKS = {"GATEWAY_URL"}
"""The gateway reaches the others; none reaches it."""
SETTINGS = {name.upper() for name in Settings.model_fields} | {
    f"{service}_{name}".upper() for service in NAMES for name in ServiceSettings.model_fields
}


def test_every_setting_stands_there_once() -> None:
    """A new setting is written there with a word about it."""
    assert set(WRITTEN) >= SETTINGS - NOBODY_ASKS
    assert len(WRITTEN) == len(set(WRITTEN))


def test_every_setting_has_a_word() -> None:
    """Above it, or above the block that it stands in."""
    for block in EXAMPLE.split("\n\n"):
        lines = block.splitlines()
        if re.search(r"^#?[A-Z][A-Z0-9_]*=", block, re.MULTILINE):
            assert lines[0].startswith("# "), block


def test_all_that_the_containers_ask_for_stands_there() -> None:
    """Docker compose starts with a filled copy."""
    needed = set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE))
    assert set(WRITTEN) >= ASKED
    assert needed <= set(re.findall(r"^([A-Z0-9_]+)=$", EXAMPLE, re.MULTILINE))


def test_whoever_fills_it_in_runs_in_production() -> None:
    """What is unsafe is refused unless somebody says otherwise."""
    assert re.findall(r"^MODE=(.*)$", EXAMPLE, re.MULTILINE) == ["production"]


def test_nothing_stands_there_that_nobody_reads() -> None:
    """A setting that is gone goes there too; the S3 store's are read by its library."""
    assert set(WRITTEN) <= SETTINGS | ASKED | {one for one in WRITTEN if one.startswith("AWS_")}
