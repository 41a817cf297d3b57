"""Settings of an installation, from the environment; production refuses unsafe ones."""

import json
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.runtime.keys import is_one_byte, seed_of
from shared.runtime.sealing import KEY_BYTES, read_key

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
GUESSED = "{} must not be one byte repeated in production; `python -m services keys` makes another"


PersonsRole = Literal[
    "operator", "agency_reviewer", "office_reviewer", "finance", "administrator", "auditor"
]


class BusSettings(BaseSettings):
    """Where RabbitMQ is: all that operators' commands about it need."""

    # Errors name a setting and never show its value: it may be a key.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    mode: Literal["development", "production"] = "development"
    bus_url: str | None = Field(None, description="amqp://…; absent: everything in one process")
    bus_namespace: str = Field("", description="Prefix of exchanges and queues on a shared broker")
    bus_declares: bool = Field(
        default=True, description="False: RabbitMQ has deploy/rabbitmq/definitions.json already"
    )
    bus_admin_url: SecretStr | None = Field(
        None, description="https://user:password@host:15671, RabbitMQ's management, for operators"
    )

    @model_validator(mode="after")
    def _refuse_guests_in_production(self) -> Self:
        if self.production:
            admin = self.bus_admin_url
            if self.bus_url is not None and _is_guest(self.bus_url):
                raise ValueError("BUS_URL must not be guest:guest in production")
            if admin is not None and _is_guest(admin.get_secret_value()):
                raise ValueError("BUS_ADMIN_URL must not be guest:guest in production")
        return self

    @property
    def production(self) -> bool:
        """Return whether real people depend on this installation."""
        return self.mode == "production"


class Settings(BusSettings):
    """Settings that any service may read; a service's own stand under its name."""

    log_level: str = "INFO"

    batch: int = Field(100, ge=1, description="Messages that may share one transaction")
    handler_delay: float = Field(
        0.0, description="Seconds before each event is handled, to rehearse lag"
    )
    clock_offset: float = Field(0.0, description="Seconds by which to be wrong, to rehearse skew")

    worker_port: int = Field(
        0,
        ge=0,
        description="Where a process without web pages answers its health; 0: a free one",
    )
    worker_metrics_port: int = Field(
        0, ge=0, description="Where such a process answers `/metrics` in production; 0: a free one"
    )

    storage_url: str = "file:///var/lib/mutual-enrollment"
    sealing_key: SecretStr = Field(description="`python -m services keys` makes one")
    token_public_key: str = Field(description="Ed25519 key that checks the gateway's tokens")
    token_private_key: SecretStr | None = Field(None, description="The gateway's alone")

    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Addresses and networks whose X-Forwarded-For is believed; commas between"
    )
    hsts_seconds: int = Field(0, ge=0, description="How long browsers insist on https; 0: not")

    captcha_answer: str | None = Field(None, description="Known answer for demo and tests")
    upload_limit: int = Field(20 * 1024 * 1024, description="Largest upload in bytes")
    smtp_url: str | None = Field(None, description="smtp://user:password@host:port; absent: files")
    mail_from: str = "office@example.org"
    sms_url: str | None = Field(None, description="https://… of a provider; absent: files")
    sms_key: str = Field("", description="Who we are to the provider")
    sms_secret: SecretStr | None = Field(None, description="Signs what the provider is sent")
    sms_signature: str = Field("", description="The signature (签名) that the provider registered")
    sms_templates: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="The provider's template ids by kind, as JSON"
    )
    codes_per_day: int = Field(
        2_000,
        ge=0,
        description="Most codes by text message in a day, for all together",
    )
    session_idle_minutes: int = Field(
        120,
        ge=5,
        le=720,
        description="Minutes without a call after which a session ends, to the minute",
    )
    second_factor_roles: Annotated[frozenset[PersonsRole], NoDecode] = Field(
        frozenset(), description="Roles that sign in with a second factor (TOTP); commas between"
    )
    event_log_days: int = Field(400, ge=1, description="How long the event feed looks back")
    webhook_days: int = Field(5, ge=1, description="Days of nothing but failure before a pause")
    webhook_allow_loopback: bool = False
    """Allow webhook receivers on this machine, for tests and examples."""
    outgoing_folder: str = Field("var/outgoing", description="Mails and text messages without SMTP")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_networks(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        try:
            networks = tuple(ip_network(one.strip()) for one in written.split(",") if one.strip())
        except ValueError:
            raise ValueError(
                "TRUSTED_PROXIES: what stands there is not made of addresses and whole networks,"
                " like 10.0.0.5, 10.1.0.0/16"
            ) from None
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("TRUSTED_PROXIES must not name everybody: anyone could be anyone")
        return networks

    @field_validator("sms_url", mode="before")
    @classmethod
    def _read_nothing(cls, written: object) -> object:
        return written or None

    @field_validator("sms_templates", mode="before")
    @classmethod
    def _read_templates(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        try:
            return json.loads(written or "{}")
        except ValueError:
            raise ValueError(
                'SMS_TEMPLATES must be JSON, kinds and template ids: {"code": "T0001"}'
            ) from None

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _read_roles(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        return frozenset(one.strip() for one in written.split(",") if one.strip())

    @field_validator("sealing_key")
    @classmethod
    def _can_be_read(cls, key: SecretStr) -> SecretStr:
        try:
            found = len(read_key(key.get_secret_value()))
        except ValueError:
            found = 0
        if found != KEY_BYTES:
            raise ValueError("SEALING_KEY is no key; `python -m services keys` makes one")
        return key

    @model_validator(mode="after")
    def _know_the_provider(self) -> Self:
        if self.sms_url is None:
            return self
        if not self.sms_key or not (self.sms_secret and self.sms_secret.get_secret_value()):
            raise ValueError("SMS_KEY and SMS_SECRET must be set where SMS_URL is")
        parts = urlsplit(self.sms_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("SMS_URL must be an address like https://sms.example.org/send")
        if self.production and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("SMS_URL must be https in production: messages name persons")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Self:
        if self.production:
            private = self.token_private_key
            if is_one_byte(read_key(self.sealing_key.get_secret_value())):
                raise ValueError(GUESSED.format("SEALING_KEY"))
            if private is not None and is_one_byte(seed_of(private.get_secret_value())):
                raise ValueError(GUESSED.format("TOKEN_PRIVATE_KEY"))
            if self.bus_url is not None and _is_nobody(self.bus_url):
                raise ValueError("BUS_URL must name a user in production: without, it is guest")
            if self.captcha_answer is not None:
                raise ValueError("CAPTCHA_ANSWER must not be set in production")
            if self.webhook_allow_loopback:
                raise ValueError("WEBHOOK_ALLOW_LOOPBACK must not be set in production")
            if self.handler_delay:
                raise ValueError("HANDLER_DELAY must not be set in production")
            if self.clock_offset:
                raise ValueError("CLOCK_OFFSET must not be set in production")
        return self


class ServiceSettings(BaseSettings):
    """What is set per service: `ENROLLMENT_DATABASE_URL`, `ENROLLMENT_URL`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: str | None = Field(None, description="postgresql://user:password@host/name")
    url: str | None = Field(None, description="Where the gateway reaches the service")
    host: str = "127.0.0.1"
    port: int = 8000
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(9000, description="Where production answers `/metrics`")


def service_settings(name: str) -> ServiceSettings:
    """Read the settings of one service by its name."""
    return ServiceSettings(_env_prefix=f"{name.upper()}_")


def _is_guest(url: str) -> bool:
    """Return whether a URL uses RabbitMQ's default user, whose password is public."""
    parts = urlsplit(url)
    if parts.username is None:
        return False
    return [unquote(one or "guest") for one in (parts.username, parts.password)] == ["guest"] * 2


def _is_nobody(url: str) -> bool:
    """Return whether a URL has no credentials of any kind."""
    parts = urlsplit(url)
    return parts.username is None and "auth=" not in parts.query
