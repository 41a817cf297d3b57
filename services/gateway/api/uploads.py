"""Files that clients send: looked at, then put into the object store."""

import re
from pathlib import PurePosixPath

from fastapi import Request, UploadFile

from shared.contracts.files import StoredFile
from shared.errors import Invalid
from shared.storage import digest_of
from shared.web import transactions_of

LONGEST_NAME = 120
READ_AT_ONCE = 1024 * 1024

SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What papers may be: the type follows from the content, never from the name."""


class UploadTooLarge(Invalid):
    """The file is larger than the installation allows."""

    status = 413


async def read_upload(request: Request, file: UploadFile) -> bytes:
    """Read a file within the limit."""
    limit = transactions_of(request).resources.settings.upload_limit
    parts, size = [], 0
    while part := await file.read(READ_AT_ONCE):
        size += len(part)
        if size > limit:
            raise UploadTooLarge(
                "file_too_large", f"文件超过{limit // 1024 // 1024}MB，请压缩或拆分后再上传。"
            )
        parts.append(part)
    if not size:
        raise Invalid("file_empty", "文件是空的，请重新选择。", field="file")
    return b"".join(parts)


def safe_name(file: UploadFile) -> str:
    """Give the file's name without path and control characters."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", name)[-LONGEST_NAME:] or "file"


async def store_upload(request: Request, file: UploadFile, place: str) -> StoredFile:
    """Put a file under `place`; the same content there is the same object."""
    content = await read_upload(request, file)
    return await _store(request, content, file, place, "application/octet-stream")


async def store_paper(request: Request, file: UploadFile, place: str) -> StoredFile:
    """Put a PDF or a picture under `place`; Invalid when it is neither."""
    content = await read_upload(request, file)
    for signature, media_type in SIGNATURES.items():
        if content.startswith(signature):
            return await _store(request, content, file, place, media_type)
    raise Invalid("file_kind_refused", "只接受PDF、PNG或JPEG文件，请转换后再上传。", field="file")


async def _store(
    request: Request, content: bytes, file: UploadFile, place: str, media_type: str
) -> StoredFile:
    storage = transactions_of(request).resources.storage
    key = f"{place}/{digest_of(content)}"
    return await storage.put_file(key, content, safe_name(file), media_type)
