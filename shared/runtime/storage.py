"""The object store: uploads and rendered files, each encrypted, in a folder or any S3."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from shared.contracts.files import Prefix, StoredFile
from shared.errors import NotFound, StorageAway
from shared.runtime.sealing import Sealed, Sealer

if TYPE_CHECKING:
    from obstore.store import RetryConfig

OBJECTS_TO_PROVE = 5
"""Objects read when any sealed one will do: a stray file may be among them."""
KEYS_PER_CALL = 500
"""Of a listing, and of a deletion."""
LONGEST_CALL_SECONDS = 20.0
"""For one object, retries included: less than the gateway waits for a service."""
RETRY: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
"""The library's default of three minutes is longer than any client waits."""

HALF_WRITTEN = re.compile(r"#[0-9]+$")
PROBE = "readiness"
PROBE_SIZE = 4096
"""Bytes: a full disk may still take an empty file."""


def digest_of(content: bytes) -> str:
    """Return SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class StoredObject:
    """A stored object without its content; `size` in bytes."""

    key: str
    size: int
    written_at: datetime


@dataclass(frozen=True)
class Storage:
    """Puts and gets whole objects; a key is a path that begins with a `Prefix`.

    StorageAway from each of them when the store does not answer or has no room.
    """

    store: ObjectStore
    sealer: Sealer

    async def put(self, key: str, content: bytes) -> str:
        """Write an object, whole or not at all; return the SHA-256 of its plain content."""
        Prefix(key.partition("/")[0])  # nobody would delete a key without an owner
        async with _answering():
            await self._require_folder()
            await obstore.put_async(self.store, key, self.sealer.seal(content, key))
        return digest_of(content)

    async def put_file(
        self, key: str, content: bytes, file_name: str, media_type: str
    ) -> StoredFile:
        """Write an object; return what is needed to serve it as a download."""
        digest = await self.put(key, content)
        return StoredFile(
            key=key, file_name=file_name, media_type=media_type, digest=digest, size=len(content)
        )

    async def get(self, key: str) -> bytes:
        """Read an object; NotFound when there is none."""
        async with _answering():
            try:
                sealed = await self._sealed(key)
            except FileNotFoundError:
                await self._require_store()
                raise NotFound("文件不存在或已过期，请重新生成。") from None
        return self.sealer.unseal(sealed, key)

    async def look_up(self, key: str) -> StoredObject | None:
        """Return an object's size and time of writing; None when there is none."""
        if (part := self._part(key)) is not None:
            return await asyncio.to_thread(_stored_object, key, part)
        async with _answering():
            try:
                found = await obstore.head_async(self.store, key)
            except FileNotFoundError:
                await self._require_store()
                return None
        return StoredObject(found["path"], found["size"], found["last_modified"])

    async def has(self, *keys: str) -> bool:
        """Return whether all these objects exist."""
        folder = self._folder
        if folder is None:
            return all(await asyncio.gather(*map(self.look_up, keys)))
        async with _answering():
            found = await asyncio.to_thread(lambda: all((folder / key).is_file() for key in keys))
            if not found:
                await self._require_store()
        return found

    async def listed(self, prefix: Prefix) -> AsyncIterator[list[StoredObject]]:
        """Yield all objects below a prefix in parts, unordered; half-written ones too."""
        async with _answering():
            await self._require_folder()
            yield await asyncio.to_thread(self._parts, prefix)
        stream = obstore.list(self.store, f"{prefix}/", chunk_size=KEYS_PER_CALL).__aiter__()
        while True:
            async with _answering():
                try:
                    part = await anext(stream)
                except StopAsyncIteration:
                    return
            yield [StoredObject(one["path"], one["size"], one["last_modified"]) for one in part]

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; those that do not exist are ignored."""
        for start in range(0, len(keys), KEYS_PER_CALL):
            async with _answering():
                await self._require_folder()
                await self._delete(keys[start : start + KEYS_PER_CALL])

    def _part(self, key: str) -> Path | None:
        """Return the file of a half-written object; None for a whole one.

        A folder's library writes beside the object, and does not show what it could not finish.
        """
        return self._folder / key if self._folder and HALF_WRITTEN.search(key) else None

    def _parts(self, prefix: Prefix) -> list[StoredObject]:
        folder = self._folder
        if folder is None:
            return []
        files = (file for file in (folder / prefix).rglob("*#*") if HALF_WRITTEN.search(file.name))
        found = (_stored_object(file.relative_to(folder).as_posix(), file) for file in files)
        return [one for one in found if one is not None]

    @property
    def _folder(self) -> Path | None:
        """Return the folder that holds the objects; None when they are in S3."""
        prefix = self.store.prefix if isinstance(self.store, LocalStore) else None
        return Path(prefix) if prefix is not None else None

    async def _delete(self, keys: Sequence[str]) -> None:
        for part in filter(None, map(self._part, keys)):
            await asyncio.to_thread(part.unlink, missing_ok=True)
        keys = [key for key in keys if self._part(key) is None]
        if not keys:
            return
        try:
            await obstore.delete_async(self.store, keys)
        except FileNotFoundError:
            await self._require_store()
            # In a folder, deleting stops at the first that does not exist: delete one by one.
            for key in keys:
                try:
                    await obstore.delete_async(self.store, key)
                except FileNotFoundError:
                    continue

    async def try_writing(self) -> None:
        """Write one small object, always the same."""
        async with _answering():
            await self._require_folder()
            await obstore.put_async(self.store, PROBE, bytes(PROBE_SIZE))

    async def some_sealed(self) -> list[Sealed]:
        """Return a few sealed objects, whichever; none when the store is empty."""
        async with _answering():
            await self._require_folder()
            async for found in obstore.list(self.store, chunk_size=OBJECTS_TO_PROVE):
                keys = [one["path"] for one in found if one["path"] != PROBE]
                return [(await self._sealed(key), key) for key in keys]
        return []

    async def _sealed(self, key: str) -> bytes:
        result = await obstore.get_async(self.store, key)
        return bytes(await result.bytes_async())

    async def _require_folder(self) -> None:
        """Raise StorageAway when the folder is gone: its disk may not be mounted."""
        folder = self._folder
        if folder is not None and not await asyncio.to_thread(folder.is_dir):
            raise StorageAway from NotADirectoryError(str(folder))

    async def _require_store(self) -> None:
        """Raise when the store itself is missing, not only the object."""
        await self._require_folder()
        async for _ in obstore.list(self.store, chunk_size=1):
            return


def _stored_object(key: str, file: Path) -> StoredObject | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return StoredObject(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Raise the library's errors of a store that fails as StorageAway."""
    try:
        async with asyncio.timeout(LONGEST_CALL_SECONDS):
            yield
    except (BaseError, FileNotFoundError, TimeoutError) as error:
        raise StorageAway from error


def open_storage(url: str, sealer: Sealer) -> Storage:
    """Open `file:///folder` or `s3://bucket`, its credentials from the environment."""
    if urlsplit(url).scheme == "file":
        folder = Path(urlsplit(url).path)
        with suppress(
            FileExistsError
        ):  # a file of that name: the store is unavailable until it is removed
            folder.mkdir(parents=True, exist_ok=True)
        return Storage(LocalStore(folder, automatic_cleanup=True), sealer)
    return Storage(from_url(url, retry_config=RETRY), sealer)
