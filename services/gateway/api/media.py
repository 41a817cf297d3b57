"""Media types of bodies: a call refuses those that it does not take."""

from fastapi import Request

from shared.errors import Refusal

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class UnsupportedMedia(Refusal):
    """The body is not sent as what the call takes."""

    status = 415


async def require_media_type(request: Request) -> None:
    """Raise UnsupportedMediaType for a body of another type than the call takes."""
    sends = request.headers.get("Content-Length", "0") != "0"
    if not sends and "Transfer-Encoding" not in request.headers:
        return
    wanted = _taken(request)
    sent = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if sent not in wanted:
        raise UnsupportedMedia(
            "unsupported_media_type",
            f"请求内容须以{wanted[0]}格式发送，请修改Content-Type后重试。",
        )


def _taken(request: Request) -> tuple[str, ...]:
    """Return the media types of the call's body: JSON, where it says nothing else."""
    body = request.scope["route"].body_field
    media_type: str = body.field_info.media_type if body else JSON
    # A form may be sent as multipart too.
    return (media_type, "multipart/form-data") if media_type == FORM else (media_type,)
