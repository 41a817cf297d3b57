"""Files in the object store, as services name them to one another."""

from shared.contracts.base import Contract


class StoredFile(Contract):
    """Where a file lies and how it is handed out; internal answers carry this, not the bytes."""

    key: str
    file_name: str
    media_type: str
    digest: str
    size: int
