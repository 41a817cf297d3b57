"""A release breaks no event that an earlier release published."""

import json
import re
import tomllib
from pathlib import Path

from services.host.apidocs import FOLDER
from shared.catalogue.breaking import REMEDY, breaking_changes
from shared.catalogue.schemas import public_schemas

RELEASED = FOLDER / "released"
ROOT = Path(__file__).parents[2]


def test_no_event_breaks_what_the_last_release_promised() -> None:
    """A breaking change needs a new version; `make release-contracts` stores the schemas."""
    [release] = RELEASED.iterdir()
    released = {
        schema["title"]: schema
        for schema in (json.loads(path.read_text(encoding="utf-8")) for path in release.iterdir())
    }
    assert released
    broken = breaking_changes(released, public_schemas())
    assert not broken, "\n".join([*broken, REMEDY])


def test_the_stored_schemas_are_those_of_the_last_release_in_the_changelog() -> None:
    """Before the first release, of the version that it will have."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## \[(\d\S*)\]", changelog, re.MULTILINE) or [project["version"]]
    assert [release.name for release in RELEASED.iterdir()] == versions[:1]
