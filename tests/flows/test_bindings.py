"""单位绑定: a stranger becomes a unit's operator by a stamped form and the agency's decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from examples.client import API, ApiError, Client
from tests.flows.conftest import System
from tests.flows.test_accounts import CHOSEN, at_work, refused, signs_in
from tests.phones import Phone

UNIT = {"unit_id": "U0000002", "credit_code": "9137020223456789B8"}
"""Of the agency that signs in as `agency2`."""
STAMPED = b"%PDF-1.4 stamped"
NAME = "王建国"


@dataclass
class Stranger:
    """Somebody without an account, who proved a mobile."""

    system: System
    phone: Phone
    proof: dict[str, str]

    @classmethod
    async def at(cls, system: System) -> "Stranger":
        """Prove a new mobile."""
        phone = Phone(system.var)
        return cls(system, phone, await phone.prove(system.http, "binding"))

    async def ask(
        self, fields: Mapping[str, str] = MappingProxyType({}), key: str = "", form: bytes = STAMPED
    ) -> httpx.Response:
        """Ask to be bound to the unit, whatever comes of it."""
        usual = {"credit_code": UNIT["credit_code"], "name": NAME, "replaces": "原经办人"}
        return await self.system.http.post(
            f"{API}/bindings",
            data={**usual, **fields},
            files={"file": ("盖章表单.pdf", form, "application/pdf")},
            headers={**self.proof, "Idempotency-Key": key or token_hex(8)},
        )

    async def asked(self, **fields: str) -> dict[str, Any]:
        """Ask, and expect to be heard."""
        answer = await self.ask(fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def own(self) -> list[dict[str, Any]]:
        """Return what became of what was asked for."""
        answer = await self.system.http.get(f"{API}/own-bindings", headers=self.proof)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


async def decide(client: Client, binding_id: str, decision: str, **more: str) -> Any:  # noqa: ANN401 - JSON
    """Decide about a binding."""
    return await client.post(f"/bindings/{binding_id}/decision", {"decision": decision, **more})


async def test_a_stranger_replaces_an_operator_and_drafts_an_application(system: System) -> None:
    """The agency reads the form and names whom; who is replaced is out at once."""
    former, username = await at_work(system, "operator", unit_id=UNIT["unit_id"])
    stranger = await Stranger.at(system)
    asked = await stranger.asked()
    assert (asked["state"], asked["unit_id"]) == ("asked", UNIT["unit_id"])
    assert NAME not in str(asked)
    assert stranger.phone.mobile not in str(asked)
    agency, path = await system.client("agency2"), f"/bindings/{asked['binding_id']}"
    listed = await agency.get("/bindings", state="asked")
    assert asked["binding_id"] in [one["binding_id"] for one in listed["items"]]
    shown = await agency.get(path)
    assert (shown["name"], shown["replaces"]) == (NAME, "原经办人")
    assert await agency.file(f"{path}/form") == STAMPED
    [replaced] = [one for one in shown["operators"] if one["username"] == username]
    assert replaced["active"]
    await decide(agency, asked["binding_id"], "approve", replaced=replaced["account_id"])
    assert (await refused(former.get("/auth/me"))).status == 401
    assert (await refused(signs_in(system, username, CHOSEN))).code == "credentials_wrong"
    new_name, password = await stranger.phone.first_password()
    assert new_name.startswith(UNIT["credit_code"])
    client = await signs_in(system, new_name, password)
    assert client.account["needs"] == "password_change"
    await client.send("PUT", "/auth/password", json={"present": password, "password": CHOSEN})
    number = await client.draft(YWSH_20=1)
    assert (await client.get(f"/applications/{number}"))["state"] == "draft"
    assert (await client.get("/auth/me"))["unit_id"] == UNIT["unit_id"]
    [mine] = await stranger.own()
    assert mine["state"] == "approved"
    again = await refused(decide(agency, asked["binding_id"], "refuse", reason="迟了"))
    assert (again.status, again.code) == (409, "wrong_state")


async def test_the_applicant_reads_why_a_binding_was_refused_and_asks_again(
    system: System,
) -> None:
    """With a better form; without a reason the agency cannot refuse."""
    stranger, agency = await Stranger.at(system), await system.client("agency2")
    asked = await stranger.asked()
    for reason in ({}, {"reason": "  "}):
        refusal = await refused(decide(agency, asked["binding_id"], "refuse", **reason))
        assert (refusal.code, refusal.field) == ("reason_missing", "reason")
    await decide(agency, asked["binding_id"], "refuse", reason="公章不清晰")
    [mine] = await stranger.own()
    assert (mine["state"], mine["reason"]) == ("refused", "公章不清晰")
    await stranger.asked()
    assert [one["state"] for one in await stranger.own()] == ["asked", "refused"]


async def test_sent_twice_it_is_one_binding(system: System) -> None:
    """Under one key the same answer; in a second tab a sentence that says what to wait for."""
    stranger, key = await Stranger.at(system), token_hex(8)
    first, second = await stranger.ask(key=key), await stranger.ask(key=key)
    assert (second.status_code, second.json()) == (201, first.json())
    other_tab = await stranger.ask()
    assert (other_tab.status_code, other_tab.json()["code"]) == (409, "binding_asked")
    assert len(await stranger.own()) == 1


async def test_another_agency_finds_nothing_and_no_other_role_decides(system: System) -> None:
    """The administrator sees it masked, as the trail's reader does."""
    stranger = await Stranger.at(system)
    binding_id = (await stranger.asked())["binding_id"]
    path, agency = f"/bindings/{binding_id}", await system.client("agency")
    for call in (
        agency.get(path),
        agency.file(f"{path}/form"),
        decide(agency, binding_id, "approve"),
        decide(agency, binding_id, "refuse", reason="不是我们的"),
    ):
        assert (await refused(call)).status == 404
    listed = [one["binding_id"] for one in (await agency.get("/bindings"))["items"]]
    assert binding_id not in listed
    administrator = await system.client("administrator")
    assert NAME not in str(await administrator.get(path))
    for name in ("administrator", "office", "finance", "operator2"):
        client = await system.client(name)
        assert (await refused(decide(client, binding_id, "approve"))).status == 403


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"credit_code": "9137020223456789B9"}, 422, "credit_code_invalid"),
        ({"credit_code": "91350200M0000PQW8K"}, 422, None),
        ({"name": "  "}, 422, None),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_kept(
    system: System, fields: dict[str, str], status: int, code: str | None
) -> None:
    """A code that is none, a unit that is not registered, no name."""
    stranger = await Stranger.at(system)
    answer = await stranger.ask(fields)
    assert answer.status_code == status, answer.text
    assert code in (None, answer.json()["code"])
    assert await stranger.own() == []


async def test_a_proof_for_something_else_asks_for_nothing(system: System) -> None:
    """Nor does none, nor an invented one."""
    phone = Phone(system.var)
    proof = await phone.prove(system.http, "registration")
    for header in (proof, {}, {"Mobile-Proof": "invented"}):
        answer = await Stranger(system, phone, header).ask()
        assert (answer.status_code, answer.json()["code"]) == (401, "proof_ended")
        own = await system.http.get(f"{API}/own-bindings", headers=header)
        assert own.status_code == 401


async def test_the_trail_says_who_decided_and_names_no_person(system: System) -> None:
    """Numbers only."""
    stranger, agency = await Stranger.at(system), await system.client("agency2")
    binding_id = (await stranger.asked())["binding_id"]
    await agency.get(f"/bindings/{binding_id}")
    await agency.file(f"/bindings/{binding_id}/form")
    await decide(agency, binding_id, "refuse", reason="公章不清晰")
    administrator = await system.client("administrator")
    entries = (await administrator.get("/audit", subject=binding_id))["items"]
    actions = ["binding.decided", "binding.form_read", "binding.read"]
    assert [one["action"] for one in entries] == actions
    assert {one["account_id"] for one in entries} == {agency.account["account_id"]}
    for secret in (NAME, stranger.phone.mobile, "公章不清晰"):
        assert secret not in str(entries)
    with pytest.raises(ApiError):
        await agency.get("/audit")
