from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from shared.runtime.keys import new_keys, one_line
from shared.runtime.settings import BusSettings, Settings, service_settings

ENVIRONMENT = {"SEALING_KEY": new_keys()["SEALING_KEY"], "TOKEN_PUBLIC_KEY": "pem"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an environment with the keys and nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAPTCHA_ANSWER", "7"),
        ("HANDLER_DELAY", "0.1"),
        ("CLOCK_OFFSET", "1"),
        ("WEBHOOK_ALLOW_LOOPBACK", "true"),
    ],
)
def test_production_refuses_what_serves_demo_and_tests(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known captcha answer, made lag, webhooks to this machine: never where people work."""
    monkeypatch.setenv(name, value)
    assert not Settings().production
    monkeypatch.setenv("MODE", "production")
    with pytest.raises(ValidationError, match=f"{name} must not be set in production"):
        Settings()


@pytest.mark.parametrize("byte", [0, 1, 255])
@pytest.mark.parametrize("encode", [urlsafe_b64encode, b64encode])
def test_production_refuses_a_sealing_key_that_anybody_guesses(
    byte: int, encode: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros, or another byte alone, however written; the key itself is not said."""
    key = encode(bytes([byte]) * 32).decode()
    monkeypatch.setenv("SEALING_KEY", key)
    assert not Settings().production
    monkeypatch.setenv("MODE", "production")
    with pytest.raises(ValidationError, match="SEALING_KEY must not be one byte") as refusal:
        Settings()
    assert key not in str(refusal.value)


def test_zeros_are_refused_whatever_stands_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that mean nothing in base64 are passed over when the key is read."""
    monkeypatch.setenv("SEALING_KEY", "A A\nA.".replace("A", "A" * 11) + "A" * 10 + "=")
    monkeypatch.setenv("MODE", "production")
    with pytest.raises(ValidationError, match="SEALING_KEY must not be one byte"):
        Settings()


def test_production_refuses_a_private_key_of_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever guesses it signs as the gateway."""
    zeros = Ed25519PrivateKey.from_private_bytes(bytes(32))
    pem = zeros.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("TOKEN_PRIVATE_KEY", new_keys()["TOKEN_PRIVATE_KEY"])
    assert Settings().production
    monkeypatch.setenv("TOKEN_PRIVATE_KEY", one_line(pem))
    with pytest.raises(ValidationError, match="TOKEN_PRIVATE_KEY must not be one byte"):
        Settings()


@pytest.mark.parametrize("key", ["", "key", "c2hvcnQ=", "Q" * 41])
def test_what_is_no_sealing_key_is_refused_at_once(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, before anything is opened; never with what stood there."""
    monkeypatch.setenv("SEALING_KEY", key)
    with pytest.raises(ValidationError, match="SEALING_KEY is no key; `python -m services keys`"):
        Settings()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("BUS_URL", "amqp://guest:guest@rabbitmq:5672/union"),
        ("BUS_URL", "amqps://gu%65st:guest@rabbitmq:5671/union"),
        ("BUS_URL", "amqp://guest@rabbitmq"),
        ("BUS_ADMIN_URL", "http://guest:guest@rabbitmq:15672"),
    ],
)
def test_production_refuses_the_guest_of_rabbitmq(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its password is in the manual; for operators' commands about the bus too."""
    monkeypatch.setenv(name, url)
    assert not Settings().production
    monkeypatch.setenv("MODE", "production")
    for settings in (Settings, BusSettings):
        with pytest.raises(ValidationError, match=f"{name} must not be guest:guest") as refusal:
            settings()
        assert url not in str(refusal.value)


def test_a_service_in_production_names_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the library takes the guest; a certificate names one in its own way."""
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("BUS_URL", "amqp://rabbitmq:5672/union")
    with pytest.raises(ValidationError, match="BUS_URL must name a user in production"):
        Settings()
    assert BusSettings().production, "`subscribers` only says where others reach it"
    for url in ("amqp://roster:secret@rabbitmq/union", "amqps://rabbitmq/union?auth=external"):
        monkeypatch.setenv("BUS_URL", url)
        assert Settings().production


def test_production_starts_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else has to be set."""
    monkeypatch.setenv("MODE", "production")
    assert Settings().production


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_no_installation_runs_without_its_keys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no built-in key that someone could know."""
    monkeypatch.delenv(name)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_no_proxy_is_trusted_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one on this machine; several are named with commas between."""
    assert Settings().trusted_proxies == ()
    monkeypatch.setenv("TRUSTED_PROXIES", "")
    assert Settings().trusted_proxies == ()
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16,2001:db8::/32")
    found = [str(network) for network in Settings().trusted_proxies]
    assert found == ["10.0.0.5/32", "10.1.0.0/16", "2001:db8::/32"]


@pytest.mark.parametrize(
    "written",
    ["proxy.example.org", "10.0.0.5;10.0.0.6", "10.0.0.1/8", "*", "0.0.0.0/0", "10.0.0.5,::/0"],
)
def test_trusted_proxies_that_cannot_be_meant_are_refused(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, other separators, half a network; and everybody."""
    monkeypatch.setenv("TRUSTED_PROXIES", written)
    with pytest.raises(ValidationError, match="TRUSTED_PROXIES"):
        Settings()


def test_browsers_are_not_told_to_insist_on_https_unless_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has been told cannot come by http for that long."""
    assert Settings().hsts_seconds == 0
    monkeypatch.setenv("HSTS_SECONDS", "-1")
    with pytest.raises(ValidationError, match="hsts_seconds"):
        Settings()


def test_the_sealing_key_is_never_shown() -> None:
    """Settings may be logged."""
    assert "sealing_key=SecretStr('**********')" in repr(Settings())


def test_a_service_reads_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under its name, not another's."""
    monkeypatch.setenv("ROSTER_PORT", "8002")
    assert service_settings("roster").port == 8002
    assert service_settings("enrollment").port == 8000
    monkeypatch.setenv("ROSTER_METRICS_PORT", "9002")
    assert service_settings("roster").metrics_port == 9002
    assert service_settings("enrollment").metrics_port == 9000


PROVIDER = {"SMS_URL": "https://sms.example.org/send", "SMS_KEY": "office", "SMS_SECRET": "secret"}


def test_a_provider_of_text_messages_needs_a_key_and_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without its address there is none, also when the name is empty, as containers have it."""
    for name in ("SMS_URL", "SMS_KEY", "SMS_SECRET", "SMS_TEMPLATES"):
        monkeypatch.setenv(name, "")
    assert (Settings().sms_url, Settings().sms_templates) == (None, {})
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    assert Settings().sms_url == PROVIDER["SMS_URL"]
    for name in ("SMS_KEY", "SMS_SECRET"):
        monkeypatch.setenv(name, "")
        with pytest.raises(ValidationError, match="SMS_KEY and SMS_SECRET must be set"):
            Settings()
        monkeypatch.setenv(name, PROVIDER[name])


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://sms.example.org/send", True),
        ("http://127.0.0.1:8080/send", True),
        ("http://sms.example.org/send", False),
    ],
)
def test_numbers_go_over_the_network_encrypted_in_production(
    url: str, *, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter on the same machine may do that for us."""
    for name, value in (PROVIDER | {"SMS_URL": url}).items():
        monkeypatch.setenv(name, value)
    assert Settings().sms_url == url
    monkeypatch.setenv("MODE", "production")
    if allowed:
        assert Settings().sms_url == url
        return
    with pytest.raises(ValidationError, match="SMS_URL must be https in production"):
        Settings()


@pytest.mark.parametrize("url", ["sms.example.org", "ftp://sms.example.org", "https://"])
def test_the_address_of_a_provider_is_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is none is said before anything is sent there."""
    for name, value in (PROVIDER | {"SMS_URL": url}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="SMS_URL must be an address"):
        Settings()


def test_template_ids_are_written_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """By kind."""
    monkeypatch.setenv("SMS_TEMPLATES", '{"code": "T0001"}')
    assert Settings().sms_templates == {"code": "T0001"}
    monkeypatch.setenv("SMS_TEMPLATES", "code=T0001")
    with pytest.raises(ValidationError, match="SMS_TEMPLATES must be JSON"):
        Settings()
