"""The served description says what the API really takes and answers.

Every answer to every flow test is held against it (conftest.py); here is what that cannot show.
"""

import json
import re
from datetime import date
from typing import Any

import pytest

from examples.client import ApiError, Client
from examples.people import fill, invent
from shared.http.field_names import field_name
from tests.flows.conftest import System
from tests.flows.described import Description
from tests.flows.stories import LATE, Desk
from tests.processes import CAPTCHA

WITHOUT_KEY_THEY_ARE_REFUSED = {
    "post_application",
    "post_import",
    "post_attachment",
    "post_invoice",
    "post_payment",
    "post_webhook",
    "post_webhook_secret",
    "post_registration",
    "post_office",
    "post_account",
    "post_binding",
}
TAKES_A_KEY_OR_NONE = {"print_notices", "print_confirmations"}
TAKES_NO_KEY = {
    "post_captcha": "a second captcha costs nothing",
    "post_login": "a second session costs nothing",
    "post_logout": "what has ended ends once",
    "post_token": "RFC 6749 knows no key",
    "preview_payment": "keeps nothing",
    "preview_invoice": "keeps nothing",
    "search_persons": "keeps nothing",
    "submit_application": "from draft to submitting once, the state tells",
    "post_review": "a level is decided once, the state tells",
    "archive_confirmation": "from confirmed to archived once, the state tells",
    "submit_invoices": "drafts are submitted once, the state tells",
    "void_invoice": "voided once, the state tells",
    "reverse_payment": "reversed once, the state tells",
    "resend_delivery": "receivers know an event by its id",
    "resend_deliveries_since": "receivers know an event by its id",
    "test_webhook": "a test message is no event",
    "resend_message": "only what failed or is unknown is sent again, the state tells",
    "read_notice": "read once, the state tells",
    "read_all_notices": "read once, the state tells",
    "post_unit_approval": "a registration is decided once, the state tells",
    "post_suspension": "from active to suspended once, the state tells",
    "post_code": "another code only after a minute",
    "post_proof": "a code is answered rightly once",
    "post_password_reset": "a proof serves once",
    "post_second_factor_key": "a second key takes the place of the first",
    "post_second_factor": "a code is taken once",
    "remove_second_factor": "removed once, the state tells",
    "lock_account": "locked once, the state tells",
    "unlock_account": "unlocked once, the state tells",
    "post_first_password": "another password takes the place of the first",
    "hand_account_over": "the same person again gets another password",
    "reset_second_factor": "removed once, the state tells",
    "post_binding_decision": "decided once, the state tells",
}
"""Calls that a client may send again all the same, and why that is harmless."""
OF_A_VERSION = {
    "put_lines",
    "put_staff",
    "put_invoice",
    "put_registration",
    "patch_unit",
    "post_unit_approval",
    "put_office",
    "patch_account",
}
BY_PROOF = {
    "post_password_reset",
    "post_binding",
    "get_own_bindings",
    "post_registration",
    "get_registrations",
    "put_registration",
}
"""Calls of strangers who have proved a mobile."""
FOR_STRANGERS = BY_PROOF | {
    "post_captcha",
    "post_login",
    "post_token",
    "post_code",
    "post_proof",
    "get_contacts",
    "get_agencies",
    "get_districts",
}
PLAYED_ELSEWHERE = {"webhooks", "events", "units", "accounts", "bindings", "messages", "notices"}
"""Tags of calls that other stories make."""


def operations(description: Description) -> dict[str, dict[str, Any]]:
    """Return all calls by their ids."""
    calls = [call for calls in description.document["paths"].values() for call in calls.values()]
    found = {call["operationId"]: call for call in calls}
    assert len(found) == len(calls), "ids are unique"
    return found


def with_header(description: Description, name: str) -> dict[str, bool]:
    """Return the ids of the calls that take a header, and whether they must have it."""
    return {
        one: parameter["required"]
        for one, call in operations(description).items()
        for parameter in call.get("parameters", [])
        if parameter["in"] == "header" and parameter["name"].lower() == name.lower()
    }


async def test_the_ten_steps_answer_what_the_description_says(  # noqa: PLR0915 - every call
    system: System,
) -> None:
    """From the sign-in to the archive, with every file and every paper on the way."""
    await Client.sign_in(system.http, "operator2", system.passwords["operator2"], CAPTCHA)
    desk = await Desk.of(system, "2")
    await desk.operator.get("/plans")
    for path in ("/contacts", "/agencies", "/districts"):
        await desk.operator.get(path)
    await desk.operator.get("/auth/me")
    await desk.operator.get(f"/units/{desk.operator.account['unit_id']}")
    number = await desk.drafted(invent(3, seed=70), 5, 2, YWSH_20=1)
    await desk.operator.attach(number, "other", b"%PDF-1.4", "other.pdf")
    [attached] = (await desk.operator.get(f"/applications/{number}"))["attachments"]
    await desk.operator.file(f"/applications/{number}/attachments/{attached['attachment_id']}")
    [batch] = await desk.operator.get(f"/applications/{number}/imports")
    await desk.operator.get(f"/imports/{batch['import_id']}/failures")
    await desk.operator.get(f"/imports/{batch['import_id']}/warnings")
    await desk.operator.get("/application-counts")
    persons = f"/applications/{number}/lines/YWSH-20/persons"
    [person, *_] = (await desk.operator.get(persons))["items"]
    await desk.operator.get(f"{persons}/{person['person_id']}")
    await desk.operator.send("PATCH", f"{persons}/{person['person_id']}", json={"remark": "无"})
    await desk.operator.post(f"{persons}/search", {"q": "无人"})
    await desk.submitted(number)
    await desk.agency.approve(number)
    await desk.office.approve(number)
    await desk.operator.get(f"/applications/{number}")
    await desk.operator.notice(number)
    await desk.operator.get("/payment-notices")
    await desk.operator.post(f"/billings/{number}/preview", {"lines": [{"plan": "YWSH-20"}]})
    invoice = await desk.invoice(number, "union_funds", {"YWSH-20": (3, "20.00")})
    place = f"/billings/{number}/invoices/{invoice['invoice_id']}"
    await desk.operator.get(f"{place}/preview")
    await desk.operator.send("GET", f"{place}/preview", headers={"Accept": "application/pdf"})
    await desk.operator.post(f"/billings/{number}/submit")
    await desk.finance.get("/billings")
    await desk.operator.get("/billing-counts")
    money = {"application_no": number, "amount": "60.00", "received_on": "2026-04-01"}
    await desk.finance.post("/payments/preview", money | {"reason": LATE})
    confirmation_no = await desk.confirmed(number, date(2026, 4, 1), date(2026, 4, 1))
    await desk.operator.confirmation(confirmation_no)
    await desk.operator.get("/confirmations")
    await desk.operator.file(f"/confirmations/{confirmation_no}/roster")
    await desk.office.archive(confirmation_no, b"%PDF-1.4 signed")
    await desk.operator.get("/applications")
    await desk.operator.get("/event-feed")
    await desk.operator.get("/notices")
    await desk.operator.get("/notices/unread-count")
    chosen = await desk.operator.get("/notification-settings")
    await desk.operator.put("/notification-settings", chosen)
    await (await system.client("administrator")).get("/messages")
    await (await system.client("administrator")).get("/audit")
    seen = {one for one, status in system.description.seen if status < "4"}
    tags = {one: call["tags"][0] for one, call in operations(system.description).items()}
    unseen = {one for one in set(tags) - seen if tags[one] not in PLAYED_ELSEWHERE}
    assert unseen <= {
        "delete_application",
        "delete_attachment",
        "delete_columns",
        "get_columns",
        "put_columns",
        "delete_invoice",
        "delete_person",
        "get_failed_rows",
        "get_offices",
        "post_office",
        "put_office",
        "get_import",
        "get_print",
        "get_print_file",
        "get_payment_notice_prints",
        "get_confirmation_prints",
        "post_logout",
        "post_token",
        "get_sessions",
        "delete_other_sessions",
        "delete_session",
        "get_sign_ins",
        "post_code",
        "post_proof",
        "put_password",
        "post_password_reset",
        "get_second_factor",
        "put_second_factor",
        "post_second_factor_key",
        "post_second_factor",
        "remove_second_factor",
        "put_invoice",
        "put_lines",
        "read_all_notices",
        "read_notice",
        "resend_message",
        "reverse_payment",
        "void_invoice",
    }


async def test_every_call_says_what_it_is_for_and_how_it_may_be_refused(system: System) -> None:
    """A sentence, a tag, a shape for each success, a problem for the rest; 401 unless open."""
    asks_nobody = FOR_STRANGERS - BY_PROOF - {"post_token"}
    for one, call in operations(system.description).items():
        assert call["summary"], one
        assert len(call["tags"]) == 1, one
        for status, response in call["responses"].items():
            contents = response.get("content", {})
            assert contents or status == "204", (one, status)
            assert all(content["schema"] for content in contents.values()), (one, status)
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        assert call["responses"]["default"]["content"] == {"application/problem+json": problem}
        assert ("401" in call["responses"]) == (one not in asks_nobody), one
        assert (call.get("security") == []) == (one in FOR_STRANGERS), one


async def test_a_key_is_asked_for_by_exactly_the_calls_that_create(system: System) -> None:
    """The header is required there, and prints may have it; If-Match likewise, where it counts."""
    taken = dict.fromkeys(WITHOUT_KEY_THEY_ARE_REFUSED, True)
    taken |= dict.fromkeys(TAKES_A_KEY_OR_NONE, False)
    assert with_header(system.description, "Idempotency-Key") == taken
    assert with_header(system.description, "If-Match") == dict.fromkeys(OF_A_VERSION, False)


async def test_a_call_that_takes_no_key_may_be_sent_again_for_a_reason(system: System) -> None:
    """Every POST takes one, or is listed here with why it needs none."""
    posts = {
        calls["post"]["operationId"]
        for calls in system.description.document["paths"].values()
        if "post" in calls
    }
    assert posts == WITHOUT_KEY_THEY_ARE_REFUSED | TAKES_A_KEY_OR_NONE | TAKES_NO_KEY.keys()


async def test_money_is_a_string_with_two_decimals_wherever_it_stands(system: System) -> None:
    """Sent or answered, generated types do not offer a number."""
    text = json.dumps(system.description.document["components"]["schemas"])
    patterns = set(re.findall(r'"format": "decimal"[^}]*"pattern": "([^"]+)"', text))
    patterns |= set(re.findall(r'"pattern": "([^"]+)"[^}]*"format": "decimal"', text))
    assert patterns == {r"^-?\\d+\\.\\d{2}$"}
    for shape in ("NewPayment", "PaymentAnswer"):
        amount = system.description.document["components"]["schemas"][shape]["properties"]["amount"]
        assert (amount["type"], amount["format"]) == ("string", "decimal")


async def test_an_answer_with_an_application_is_tagged_with_its_version(system: System) -> None:
    """Who has changed it can go on changing it without reading it again."""
    operator = await system.client("operator2")
    body = {"lines": [{"plan": "YWSH-20", "shares": 1}]}
    made = await operator.send("POST", "/applications", json=body)
    path = f"/applications/{made.json()['application_no']}"
    assert made.headers["etag"] == (await operator.send("GET", path)).headers["etag"]
    tag = {"If-Match": made.headers["etag"]}
    changed = await operator.send(
        "PUT", f"{path}/staff", json={"staff": 3, "women": 1}, headers=tag
    )
    assert changed.headers["etag"] == f'"{changed.json()["version"]}"'
    tag = {"If-Match": changed.headers["etag"]}
    again = await operator.send("PUT", f"{path}/lines", json=body, headers=tag)
    assert again.headers["etag"] not in (made.headers["etag"], changed.headers["etag"])


@pytest.mark.parametrize(
    ("body", "errors", "sentence"),
    [
        ({}, {"lines": "必填，请填写"}, "保障活动：必填，请填写"),
        ({"lines": 1}, {"lines": "应为列表"}, "保障活动：应为列表"),
        (
            {"lines": [{"plan": "x" * 41, "shares": "many"}]},
            {"lines.0.plan": "不能超过40个字", "lines.0.shares": "应为整数"},
            "保障活动第1项的保障活动：不能超过40个字",
        ),
        (
            {"lines": [{"plan": "YWSH-20", "shares": 0}]},
            {"lines.0.shares": "不能小于1"},
            "保障活动第1项的份数：不能小于1",
        ),
        (
            {"kind": "gift", "lines": []},
            {"kind": "不在可选范围内，请重新选择"},
            "类型：不在可选范围内，请重新选择",
        ),
    ],
)
async def test_wrong_input_is_told_field_by_field(
    system: System, body: dict[str, Any], errors: dict[str, str], sentence: str
) -> None:
    """In Chinese, each with its place; the sentence names the first as the page does."""
    operator = await system.client("operator2")
    with pytest.raises(ApiError) as refusal:
        await operator.post("/applications", body)
    problem = refusal.value.response.json()
    assert {one["field"]: one["reason"] for one in problem["errors"]} == errors
    assert problem["field"] == next(iter(errors))
    assert f"（{sentence}）" in problem["detail"]
    assert "lines" not in problem["detail"]
    assert problem["correlation"] == refusal.value.response.headers["x-correlation-id"]


async def test_each_wrong_field_is_told_once(system: System) -> None:
    """Also where the audit trail takes the body beside the call."""
    answer = await system.http.post("/api/v1/auth/login", json={"username": ""})
    assert answer.status_code == 422
    fields = [one["field"] for one in answer.json()["errors"]]
    assert "username" in fields
    assert len(fields) == len(set(fields)) > 1


async def test_every_field_of_the_input_has_a_name_that_people_read(system: System) -> None:
    """No sentence is left to name a field as programs do; headers have sentences of their own."""
    document = system.description.document
    names = {
        parameter["name"]
        for call in operations(system.description).values()
        for parameter in call.get("parameters", [])
        if parameter["in"] != "header"
    }
    taken = [
        content["schema"]
        for call in operations(system.description).values()
        for content in call.get("requestBody", {}).get("content", {}).values()
    ]
    while taken:
        part = taken.pop()
        if "$ref" in part:
            part = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
        names |= set(part.get("properties", {}))
        taken += [*part.get("properties", {}).values(), *part.get("anyOf", [])]
        taken += [part["items"]] if "items" in part else []
    assert [name for name in sorted(names) if not field_name([name])] == []


async def test_a_wrong_amount_and_a_wrong_address_are_told_as_such(system: System) -> None:
    """Not as English from the depths of a library."""
    finance = await system.client("finance")
    for amount in (20.5, "20,50", "x"):
        with pytest.raises(ApiError) as refusal:
            await finance.pay("PRT0000000001", amount, date(2026, 4, 1))  # type: ignore[arg-type]
        [error] = refusal.value.response.json()["errors"]
        assert (error["field"], error["code"]) == ("amount", "money")
        assert "95.00" in error["reason"]


async def test_too_large_a_request_is_413_however_it_is_sent(system: System) -> None:
    """Announced or in pieces; only a file is told about files."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    large = b"x" * 1024 * 1024

    async def pieces(count: int, head: bytes = b"", tail: bytes = b"") -> Any:  # noqa: ANN401
        yield head
        for _ in range(count):
            yield large
        yield tail

    with pytest.raises(ApiError) as refusal:
        await operator.send("POST", "/applications", content=large + b"x")
    assert (refusal.value.status, refusal.value.code) == (413, "request_too_large")
    assert "文件" not in refusal.value.detail
    json_headers = {"Content-Type": "application/json"}
    with pytest.raises(ApiError) as refusal:
        await operator.send("POST", "/applications", content=pieces(2), headers=json_headers)
    assert (refusal.value.status, refusal.value.code) == (413, "request_too_large")
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    with pytest.raises(ApiError) as refusal:
        await operator.send(
            "POST",
            f"/applications/{number}/imports",
            content=pieces(22, head, b"\r\n--b--\r\n"),
            headers=form,
        )
    assert (refusal.value.status, refusal.value.code) == (413, "file_too_large")
    content = fill(await operator.template(), invent(1, seed=71))
    batch = await operator.finished_import(await operator.start_import(number, content))
    assert batch["state"] == "finished"
