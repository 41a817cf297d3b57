import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from shared.runtime.files import write_whole


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Let this process make files that everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_to_all")
def test_a_file_is_its_owners_alone_even_in_place_of_one_that_was_not(tmp_path: Path) -> None:
    """It may name persons, whatever the process leaves to others otherwise."""
    path = tmp_path / "sms" / "1.json"
    path.parent.mkdir()
    path.write_bytes(b"an old one")
    path.chmod(0o644)
    write_whole(path, b"a new one")
    assert (path.read_bytes(), S_IMODE(path.stat().st_mode)) == (b"a new one", 0o600)
    assert list(path.parent.iterdir()) == [path]
