"""A release breaks no event that an earlier release published."""

import json

from services.host.apidocs import FOLDER
from shared.catalogue.breaking import REMEDY, breaking_changes
from shared.catalogue.schemas import public_schemas

RELEASED = FOLDER / "released"


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
