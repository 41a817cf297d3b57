"""Uploads: checked, then put into the object store."""

from collections.abc import Sequence

from fastapi import Request, UploadFile

from services.gateway.domain.file_names import safe_file_name
from shared.contracts.files import StoredFile
from shared.errors import Invalid
from shared.http.commands import transactions_of
from shared.runtime.storage import digest_of

BYTES_PER_READ = 1024 * 1024

PAPERS = {
    b"%PDF-": ("application/pdf", (".pdf",)),
    b"\x89PNG\r\n\x1a\n": ("image/png", (".png",)),
    b"\xff\xd8\xff": ("image/jpeg", (".jpg", ".jpeg")),
}
"""Kinds of attachments, by the first bytes of their content; the name does not count."""


class UploadTooLarge(Invalid):
    """The file is larger than the installation allows."""

    status = 413


async def read_upload(
    request: Request, file: UploadFile, *, most: int | None = None, field: str = "file"
) -> bytes:
    """Read a file within the limit, and at most `most` bytes."""
    limit = transactions_of(request).resources.settings.upload_limit
    limit = min(limit, most or limit)
    parts, size = [], 0
    while part := await file.read(BYTES_PER_READ):
        size += len(part)
        if size > limit:
            raise UploadTooLarge(
                "file_too_large",
                f"文件超过{limit // 1024 // 1024}MB，请压缩或拆分后再上传。",
                field=field,
            )
        parts.append(part)
    if not size:
        raise Invalid("file_empty", "文件是空的，请重新选择。", field=field)
    return b"".join(parts)


async def store_upload(request: Request, file: UploadFile, place: str) -> StoredFile:
    """Put a file under `place`; the same content there is the same object."""
    content = await read_upload(request, file)
    return await _store(request, content, file, place)


async def store_paper(
    request: Request, file: UploadFile, place: str, *, most: int | None = None, field: str = "file"
) -> StoredFile:
    """Put a PDF or a picture under `place`; Invalid when it is neither, or above `most` bytes."""
    content = await read_upload(request, file, most=most, field=field)
    for signature, (media_type, extensions) in PAPERS.items():
        if content.startswith(signature):
            return await _store(request, content, file, place, media_type, extensions)
    raise Invalid("file_kind_refused", "只接受PDF、PNG或JPEG文件，请转换后再上传。", field=field)


async def _store(
    request: Request,
    content: bytes,
    file: UploadFile,
    place: str,
    media_type: str = "application/octet-stream",
    extensions: Sequence[str] = (),
) -> StoredFile:
    storage = transactions_of(request).resources.storage
    name = safe_file_name(file.filename or "", extensions)
    return await storage.put_file(f"{place}/{digest_of(content)}", content, name, media_type)
