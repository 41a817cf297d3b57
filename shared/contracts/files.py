"""Files in the object store, as services name them to one another."""

from enum import StrEnum

from shared.contracts.base import Contract


class Prefix(StrEnum):
    """What every key in the object store begins with; `Service.stores` says whose each is.

    `owners` alone is no service's: by what lies there each knows its database again.
    """

    ATTACHMENTS = "attachments"
    BINDINGS = "bindings"
    CERTIFICATES = "certificates"
    DOWNLOADS = "downloads"
    FAILED_ROWS = "failed-rows"
    OWNERS = "owners"
    PAPERS = "papers"
    PREVIEWS = "previews"
    ROSTERS = "rosters"
    SCANS = "scans"
    TEMPLATES = "templates"
    UPLOADS = "uploads"


def subject_of(key: str) -> str:
    """Return what a key's object is about, which is its second part: an application, say."""
    return key.split("/")[1]


class StoredFile(Contract):
    """Where a file lies and how it is handed out; internal answers carry this, not the bytes."""

    key: str
    """Key of the encrypted object in the store."""
    file_name: str
    """Name under which it is handed out."""
    media_type: str
    """Media type of the plain content."""
    digest: str
    """SHA-256 of the plain content, hexadecimal."""
    size: int
    """Length of the plain content in bytes."""
