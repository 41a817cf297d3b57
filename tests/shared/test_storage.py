import shutil
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from shared.errors import NotFound
from shared.sealing import Sealer
from shared.storage import Storage, digest_of, open_storage

KEY = "uploads/PRT0000000001/one.xlsx"
CONTENT = "序号,参保人姓名\n1,欧阳建国\n".encode()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Give an object store in a folder that is made on first use."""
    return open_storage(f"file://{tmp_path}/objects", Sealer(bytes(32)))


async def test_what_was_put_is_got_back(storage: Storage) -> None:
    """With everything that is needed to hand it out."""
    stored = await storage.put_file(KEY, CONTENT, "人员清单.xlsx", "text/csv")
    assert await storage.get(stored.key) == CONTENT
    assert stored.size == len(CONTENT)
    assert stored.digest == digest_of(CONTENT)


async def test_putting_again_replaces(storage: Storage) -> None:
    """One key holds one object."""
    await storage.put(KEY, CONTENT)
    assert await storage.put(KEY, b"corrected") == digest_of(b"corrected")
    assert await storage.get(KEY) == b"corrected"


async def test_nothing_readable_lies_on_the_disk(storage: Storage, tmp_path: Path) -> None:
    """Personal data is encrypted at rest."""
    await storage.put(KEY, CONTENT)
    on_disk = (tmp_path / "objects" / KEY).read_bytes()
    assert "欧阳建国".encode() not in on_disk
    assert "参保人姓名".encode() not in on_disk


async def test_a_file_moved_on_the_disk_does_not_open(storage: Storage, tmp_path: Path) -> None:
    """Nobody gets another unit's file by renaming it."""
    await storage.put(KEY, CONTENT)
    moved = KEY.replace("0001", "0002")
    (tmp_path / "objects" / moved).parent.mkdir(parents=True)
    shutil.copy(tmp_path / "objects" / KEY, tmp_path / "objects" / moved)
    with pytest.raises(InvalidTag):
        await storage.get(moved)


async def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    """A stale link answers with a sentence, not with a fault."""
    with pytest.raises(NotFound, match="文件不存在"):
        await storage.get(KEY)
