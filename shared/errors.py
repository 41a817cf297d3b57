"""Refusals: a stable code, and a Chinese sentence that says what to do.

Rules raise them without knowing HTTP; `shared.http.problems` writes them as problem details.
"""

from typing import Any, ClassVar, Self


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A call that cannot be carried out, for a reason that its sender can act on."""

    status: ClassVar[int] = 422
    retry_after: int | None = None
    """Seconds after which the same call may be sent again; None when that would change nothing."""

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        """Keep a stable `code`, a `message` for the end user and the input `field` it is about."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep all attributes when pickled, whatever arguments a subclass takes."""
        return self._revive, (self.args, self.__dict__)

    @classmethod
    def _revive(cls, args: tuple[Any, ...], state: dict[str, Any]) -> Self:
        refusal = cls.__new__(cls, *args)
        refusal.__dict__.update(state)
        return refusal


class CannotStart(Exception):  # noqa: N818 - said to an operator in one line, and the end
    """A process cannot start; it has changed nothing. The message says what to do."""


class StorageAway(Exception):  # noqa: N818 - a state of the world
    """The object store does not answer, is full, or has lost what was just put there.

    No refusal: nothing is wrong with what was asked, and the same later succeeds.
    """

    retry_after = 5
    """Seconds after which to try again."""


class Invalid(Refusal):
    """The input breaks a rule."""


class Conflict(Refusal):
    """The thing is not in a state that allows this."""

    status = 409


class PreconditionFailed(Refusal):
    """Someone else changed the thing since it was read."""

    status = 412


class NotFound(Refusal):
    """There is no such thing, or the caller may not see it."""

    status = 404

    def __init__(self, message: str = "没有找到，请核对编号。") -> None:
        """Say the same for what is absent and for what belongs to others."""
        super().__init__("not_found", message)


class Forbidden(Refusal):
    """The caller's role does not allow this."""

    status = 403

    def __init__(self, message: str = "您的账号没有这项权限。") -> None:
        super().__init__("forbidden", message)


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status = 401

    def __init__(self, message: str = "请先登录。") -> None:
        super().__init__("unauthenticated", message)


class Gone(Refusal):
    """It existed and has been deleted."""

    status = 410


class TooMany(Refusal):
    """Too many tries, or too many at once."""

    status = 429

    def __init__(self, code: str, message: str, *, retry_after: int | None = None) -> None:
        """Say after how many seconds it may be sent again, when that is known."""
        super().__init__(code, message)
        self.retry_after = retry_after


class StillArriving(Refusal):
    """This service has not yet consumed what the caller has seen."""

    status = 503
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("still_arriving", "数据正在同步，请稍后重试。")
