"""What an installation decides, from the environment; production refuses what is unsafe."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class BusSettings(BaseSettings):
    """Where RabbitMQ is; all that operators' commands about it need."""

    # What is wrong is named, never shown: it may be a key.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    bus_url: str | None = Field(None, description="amqp://…; absent: everything in one process")
    bus_namespace: str = Field("", description="Prefix of exchanges and queues on a shared broker")
    bus_declares: bool = Field(
        default=True, description="False: RabbitMQ has deploy/rabbitmq/definitions.json already"
    )
    bus_admin_url: SecretStr | None = Field(
        None, description="https://user:password@host:15671, RabbitMQ's management, for operators"
    )


class Settings(BusSettings):
    """Settings that any service may read; a service's own stand under its name."""

    mode: Literal["development", "production"] = "development"
    log_level: str = "INFO"

    batch: int = Field(100, ge=1, description="Messages that may share one transaction")
    handler_delay: float = Field(0.0, description="Seconds added to each batch, to rehearse lag")
    clock_offset: float = Field(0.0, description="Seconds by which to be wrong, to rehearse skew")

    storage_url: str = "file:///var/lib/mutual-enrollment"
    sealing_key: SecretStr = Field(description="`python -m services keys` makes one")
    token_public_key: str = Field(description="Ed25519 key that checks the gateway's tokens")
    token_private_key: SecretStr | None = Field(None, description="The gateway's alone")

    captcha_answer: str | None = Field(None, description="Known answer for demo and tests")
    upload_limit: int = Field(20 * 1024 * 1024, description="Largest upload in bytes")
    smtp_url: str | None = Field(None, description="smtp://user:password@host:port; absent: files")
    mail_from: str = "office@example.org"
    event_log_days: int = Field(400, ge=1, description="How long the event feed looks back")
    webhook_days: int = Field(5, ge=1, description="Days of nothing but failure before a pause")
    webhook_allow_loopback: bool = False
    """Lets receivers be on this machine, for tests and examples."""
    outgoing_folder: str = Field("var/outgoing", description="Mails and text messages without SMTP")

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Self:
        if self.mode == "production":
            if self.captcha_answer is not None:
                raise ValueError("CAPTCHA_ANSWER must not be set in production")
            if self.webhook_allow_loopback:
                raise ValueError("WEBHOOK_ALLOW_LOOPBACK must not be set in production")
            if self.handler_delay:
                raise ValueError("HANDLER_DELAY must not be set in production")
            if self.clock_offset:
                raise ValueError("CLOCK_OFFSET must not be set in production")
        return self

    @property
    def production(self) -> bool:
        """Say whether real people depend on this installation."""
        return self.mode == "production"


class ServiceSettings(BaseSettings):
    """What is set per service: `ENROLLMENT_DATABASE_URL`, `ENROLLMENT_URL`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: str | None = Field(None, description="postgresql://user:password@host/name")
    url: str | None = Field(None, description="Where the gateway reaches the service")
    host: str = "127.0.0.1"
    port: int = 8000


def service_settings(name: str) -> ServiceSettings:
    """Read the settings of one service by its name."""
    return ServiceSettings(_env_prefix=f"{name.upper()}_")
