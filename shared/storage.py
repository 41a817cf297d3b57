"""The object store: uploads and rendered files, each encrypted, in a folder or any S3."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from shared.contracts.files import StoredFile
from shared.errors import NotFound
from shared.sealing import Sealed, Sealer

A_FEW = 5
"""Objects that are looked at when one of any kind is wanted: a stray file may be among them."""


def digest_of(content: bytes) -> str:
    """Give SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Storage:
    """Puts and gets whole objects; a key is a path, its bytes are bound to it."""

    store: ObjectStore
    sealer: Sealer

    async def put(self, key: str, content: bytes) -> str:
        """Write an object and give the digest of its plain content."""
        await obstore.put_async(self.store, key, self.sealer.seal(content, key))
        return digest_of(content)

    async def put_file(
        self, key: str, content: bytes, file_name: str, media_type: str
    ) -> StoredFile:
        """Write an object and give what is needed to hand it out."""
        digest = await self.put(key, content)
        return StoredFile(
            key=key, file_name=file_name, media_type=media_type, digest=digest, size=len(content)
        )

    async def get(self, key: str) -> bytes:
        """Read an object; NotFound when there is none."""
        try:
            sealed = await self._sealed(key)
        except FileNotFoundError:
            raise NotFound("文件不存在或已过期，请重新生成。") from None
        return self.sealer.unseal(sealed, key)

    async def _sealed(self, key: str) -> bytes:
        result = await obstore.get_async(self.store, key)
        return bytes(await result.bytes_async())

    async def some_sealed(self) -> list[Sealed]:
        """Give a few objects as they lie there, whichever; none when the store is empty."""
        async for found in obstore.list(self.store, chunk_size=A_FEW):
            return [(await self._sealed(one["path"]), one["path"]) for one in found]
        return []


def open_storage(url: str, sealer: Sealer) -> Storage:
    """Open `file:///folder` or `s3://bucket`, its credentials from the environment."""
    if urlsplit(url).scheme == "file":
        folder = Path(urlsplit(url).path)
        folder.mkdir(parents=True, exist_ok=True)
        return Storage(LocalStore(folder), sealer)
    return Storage(from_url(url), sealer)
