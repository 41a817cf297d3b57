import asyncio
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit
from threading import Thread

import pytest
from cryptography.exceptions import InvalidTag

from examples.ports import free_port
from shared.contracts.files import Prefix
from shared.errors import NotFound, StorageAway
from shared.http.readiness import HOLD_SECONDS, StorageWatch
from shared.runtime.sealing import Sealer
from shared.runtime.storage import KEYS_PER_CALL, Storage, digest_of, open_storage

KEY = "uploads/PRT0000000001/one.xlsx"
CONTENT = "序号,参保人姓名\n1,欧阳建国\n".encode()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return an object store in a folder that is made on first use."""
    return open_storage(f"file://{tmp_path}/objects", Sealer(bytes(32)))


async def test_what_was_put_is_got_back(storage: Storage) -> None:
    """With everything that is needed to hand it out."""
    stored = await storage.put_file(KEY, CONTENT, "人员清单.xlsx", "text/csv")
    assert await storage.get(stored.key) == CONTENT
    assert stored.size == len(CONTENT)
    assert stored.digest == digest_of(CONTENT)


async def test_a_store_has_all_of_some_objects_or_not(storage: Storage) -> None:
    """One that is missing among others is noticed; of a store that is gone nothing is said."""
    other = KEY.replace("one", "two")
    await storage.put(KEY, CONTENT)
    assert await storage.has()
    assert await storage.has(KEY)
    assert not await storage.has(KEY, other)
    assert not await storage.has(other, KEY)
    await storage.put(other, CONTENT)
    assert await storage.has(KEY, other)


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


async def test_a_folder_that_is_gone_is_not_taken_for_an_empty_one(
    storage: Storage, tmp_path: Path
) -> None:
    """A disk that is not mounted: nothing is missing, and nothing is put into its place."""
    await storage.put(KEY, CONTENT)
    (tmp_path / "objects").rename(tmp_path / "elsewhere")
    await _refuses_everything(storage)
    assert not (tmp_path / "objects").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "objects")
    assert await storage.get(KEY) == CONTENT


async def test_a_folder_that_is_no_folder_is_away(storage: Storage, tmp_path: Path) -> None:
    """Neither read as empty nor written over."""
    shutil.rmtree(tmp_path / "objects")
    (tmp_path / "objects").write_bytes(b"")
    await _refuses_everything(storage)
    await _refuses_everything(open_storage(f"file://{tmp_path}/objects", Sealer(bytes(32))))


async def test_an_s3_that_does_not_answer_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within seconds: whoever uploads is not to wait for minutes."""
    await _refuses_everything(_s3(monkeypatch, free_port()))


async def test_an_s3_without_its_bucket_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says "not found" for the bucket as it does for a file; no file is missing."""

    class WithoutBucket(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            body = b"<Error><Code>NoSuchBucket</Code></Error>"
            self.send_response(404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_HEAD = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), WithoutBucket) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            await _refuses_everything(_s3(monkeypatch, server.server_port))
        finally:
            server.shutdown()
            serving.join()


def _s3(monkeypatch: pytest.MonkeyPatch, port: int) -> Storage:
    """Open a bucket as an installation does."""
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{port}")
    for name, value in (("ALLOW_HTTP", "true"), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "invented")
    return open_storage("s3://files", Sealer(bytes(32)))


async def _refuses_everything(storage: Storage) -> None:
    with pytest.raises(StorageAway):
        await storage.put(KEY, CONTENT)
    with pytest.raises(StorageAway):
        await storage.get(KEY)
    with pytest.raises(StorageAway):
        await storage.look_up(KEY)
    with pytest.raises(StorageAway):
        await storage.delete([KEY])
    with pytest.raises(StorageAway):
        [part async for part in storage.listed(Prefix.UPLOADS)]
    with pytest.raises(StorageAway):
        await storage.some_sealed()
    assert await StorageWatch(storage).state() == "away"


def _put_on_a_full_disk(folder: str, states: "Queue[str]") -> None:
    """Write where files may not be as large as that; Python ignores the signal that comes."""
    setrlimit(RLIMIT_FSIZE, (1000, 1000))

    async def put() -> None:
        storage = open_storage(f"file://{folder}", Sealer(bytes(32)))
        with pytest.raises(StorageAway):
            await storage.put(KEY, bytes(100_000))
        states.put(await StorageWatch(storage).state())

    asyncio.run(put())


async def test_a_full_disk_takes_no_half_of_a_file(storage: Storage, tmp_path: Path) -> None:
    """What lay there before lies there still, whole; with room again the same succeeds."""
    await storage.put(KEY, CONTENT)
    processes = get_context("forkserver")
    states: Queue[str] = processes.Queue()
    child = processes.Process(target=_put_on_a_full_disk, args=(str(tmp_path / "objects"), states))
    child.start()
    await asyncio.to_thread(child.join)
    assert child.exitcode == 0
    assert states.get(timeout=5) == "away"
    assert await storage.get(KEY) == CONTENT
    assert [one.key async for part in storage.listed(Prefix.UPLOADS) for one in part] == [KEY]
    assert [one.name for one in (tmp_path / "objects" / KEY).parent.iterdir()] == ["one.xlsx"]
    await storage.put(KEY, bytes(100_000))
    assert await storage.get(KEY) == bytes(100_000)


async def test_what_is_deleted_is_gone_and_nothing_else(storage: Storage) -> None:
    """What was gone already does not keep the others from going."""
    keys = [f"uploads/PRT0000000001/{number}" for number in range(5)]
    for key in keys:
        await storage.put(key, CONTENT)
    await storage.delete([keys[0]])
    await storage.delete(["uploads/PRT0000000001/none", *keys[:4]])
    assert await storage.look_up(keys[0]) is None
    [left] = [one async for part in storage.listed(Prefix.UPLOADS) for one in part]
    assert left == await storage.look_up(keys[4])
    assert left.size > len(CONTENT)


async def test_a_listing_comes_in_parts_of_one_prefix(storage: Storage) -> None:
    """However many there are, few are held at a time."""
    for number in range(KEYS_PER_CALL + 1):
        await storage.put(f"uploads/PRT0000000001/{number}", b"")
    await storage.put("papers/receipt/1/one.pdf", b"")
    parts = [len(part) async for part in storage.listed(Prefix.UPLOADS)]
    assert max(parts) <= KEYS_PER_CALL
    assert sum(parts) == KEYS_PER_CALL + 1


async def test_a_key_that_nobody_owns_is_not_written(storage: Storage) -> None:
    """It would lie there for ever."""
    with pytest.raises(ValueError, match="elsewhere"):
        await storage.put("elsewhere/one", CONTENT)


async def test_the_store_is_not_asked_more_often_than_every_few_seconds(
    storage: Storage, tmp_path: Path
) -> None:
    """Many may look; the file that is written for it is always the same."""
    now = 0.0
    watch = StorageWatch(storage, lambda: now)
    assert await watch.state() == "ready"
    assert [path.name for path in (tmp_path / "objects").iterdir()] == ["readiness"]
    shutil.rmtree(tmp_path / "objects")
    now = HOLD_SECONDS - 0.001
    assert await watch.state() == "ready"
    now = HOLD_SECONDS
    assert await watch.state() == "away"
    (tmp_path / "objects").mkdir()
    now = 2 * HOLD_SECONDS
    assert await watch.state() == "ready"
