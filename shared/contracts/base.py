"""The event and its envelope on the wire: CloudEvents 1.0, structured JSON."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, TypedDict
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    PrivateAttr,
    WithJsonSchema,
)

from shared.values import ApplicationNo

SEQUENCE_DIGITS = 10
LONGEST_NAME = 500

Sequence = Annotated[
    int,
    BeforeValidator(lambda value: int(value) if isinstance(value, str) else value),
    PlainSerializer(lambda value: f"{value:0{SEQUENCE_DIGITS}d}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{10}$"}, mode="serialization"),
]
"""Place of an event among those of its subject, from 1 without gaps; a sortable string in JSON."""


class Contract(BaseModel):
    """Data that crosses a service's border: frozen, unknown fields ignored.

    What stands under a field is its meaning in the published schemas.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )


class Event(Contract):
    """A fact that one service announces; a class is one version of it.

    `topic` is the routing key. Events with the same `stream` share one sequence per subject, and a
    consumer that takes one of them is sent all, so that its copy is exact. What is not `public` is
    work that a service gives itself; other systems are promised nothing about it.
    """

    topic: ClassVar[str]
    stream: ClassVar[str | None] = None
    public: ClassVar[bool] = True
    registry: ClassVar[dict[str, type["Event"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Enter the class under its topic."""
        super().__pydantic_init_subclass__(**kwargs)
        if "topic" not in cls.__dict__:
            return
        if cls.registry.setdefault(cls.topic, cls).__qualname__ != cls.__qualname__:
            message = f"two contracts claim the topic {cls.topic}"
            raise TypeError(message)

    @property
    def subject(self) -> str:
        """Name the aggregate that the fact is about."""
        raise NotImplementedError

    @classmethod
    def source(cls) -> str:
        """Name the announcing service."""
        return cls.topic.partition(".")[0]

    @classmethod
    def of_stream(cls, stream: str) -> list[type["Event"]]:
        """List the events that share the sequence `stream`."""
        return [event for event in cls.registry.values() if event.stream == stream]


class Scope(TypedDict):
    """Which application, and who may see what happens to it."""

    application_no: str
    unit_id: str
    agency_id: str
    office_id: str


class Scoped(Protocol):
    """Whatever has these four: an application, its roster, its billing, an event about it."""

    @property
    def application_no(self) -> str:
        """Which application."""

    @property
    def unit_id(self) -> str:
        """Whose it is."""

    @property
    def agency_id(self) -> str:
        """Who reviews it first."""

    @property
    def office_id(self) -> str:
        """Who decides."""


def about(whose: Scoped) -> Scope:
    """Return what every event about an application carries."""
    return Scope(
        application_no=whose.application_no,
        unit_id=whose.unit_id,
        agency_id=whose.agency_id,
        office_id=whose.office_id,
    )


class ApplicationBound(Event):
    """A fact about one application, whichever service says it."""

    application_no: ApplicationNo
    """Number of the application (申请书号): `PRT` and ten digits."""
    unit_id: str
    """Code of the unit (单位) whose application it is."""
    agency_id: str
    """Code of the agency (代办处) that makes the first review."""
    office_id: str
    """Code of the office (办事处) that makes the final review and takes the money."""

    @property
    def subject(self) -> str:
        """Name the application."""
        return self.application_no


class Envelope(BaseModel):
    """An event on its way: CloudEvents 1.0 attributes around `data`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)

    specversion: Literal["1.0"] = "1.0"
    """Version of CloudEvents that the envelope follows."""
    id: UUID
    """Names the event; a repeated delivery has the same id, so keep the ids that you have seen."""
    source: str
    """The announcing service, the first part of `type`."""
    type: str
    """The topic, which is also the routing key: `<service>.<thing>.<happened>.v<N>`."""
    subject: str
    """The aggregate that the fact is about: an application number, a unit, a print, an account."""
    time: datetime
    """When the transaction that announced the event ran, RFC 3339 in UTC."""
    datacontenttype: Literal["application/json"] = "application/json"
    """Media type of `data`."""
    stream: str | None = None
    """The sequence that the event stands in; absent where order does not matter."""
    sequence: Sequence | None = None
    """Place among the events of the same stream and subject, from 1 without gaps, ten digits.

    Absent where order does not matter."""
    correlationid: str
    """One id from the first HTTP request to the last event that followed from it."""
    traceparent: str | None = None
    """W3C trace context with the same id; absent when nothing traced the request."""
    data: dict[str, Any]
    """The fact itself, as the schema of its topic says; unknown fields are to be ignored."""

    def event(self) -> Event:
        """Read `data` as its contract; KeyError when the topic is unknown, ValueError when bad."""
        return Event.registry[self.type].model_validate(self.data)

    _wire: bytes | None = PrivateAttr(None)

    def to_wire(self) -> bytes:
        """Write the body of a message; what came from the wire goes on as it came."""
        return self._wire or self.model_dump_json(exclude_none=True).encode()

    def _require_keepable(self) -> None:
        """Refuse what no inbox can name: it could not even be recorded as failed."""
        names = (self.source, self.type, self.subject, self.stream or "")
        if any(len(name) > LONGEST_NAME or "\x00" in name for name in names):
            raise ValueError("an attribute is too long, or holds a zero byte")
        if self.sequence is not None and not 0 < self.sequence < 10**SEQUENCE_DIGITS:
            raise ValueError("the sequence is out of range")

    @classmethod
    def from_wire(cls, body: bytes) -> Self:
        """Read the body of a message; ValueError when it is no event, or none that can be kept."""
        envelope = cls.model_validate_json(body)
        envelope._require_keepable()  # noqa: SLF001 - our own
        envelope._wire = body  # noqa: SLF001 - our own
        return envelope
