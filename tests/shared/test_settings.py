import pytest
from pydantic import ValidationError

from shared.settings import Settings, service_settings

ENVIRONMENT = {"SEALING_KEY": "key", "TOKEN_PUBLIC_KEY": "pem"}


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


def test_the_sealing_key_is_never_shown() -> None:
    """Settings may be logged."""
    assert "sealing_key=SecretStr('**********')" in repr(Settings())


def test_a_service_reads_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under its name, not another's."""
    monkeypatch.setenv("ROSTER_PORT", "8002")
    assert service_settings("roster").port == 8002
    assert service_settings("enrollment").port == 8000
