"""One valid call of each operation, by a role that may make it, on things that exist."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.flows.stories import LATE
from tests.schema.things import NOBODY_LISTENS, PAID_ON, PLAN, Things
from tests.untitled import GIVEN

Json = dict[str, Any]
SCAN = "%PDF-1.4 signed"


@dataclass(frozen=True)
class ExampleCall:
    """Path parameters and body of a call, and a role that may make it."""

    role: str = "operator"
    path: Json = field(default_factory=dict)
    body: Json | None = None


def example_calls(things: Things) -> dict[str, ExampleCall]:
    """Return calls by operation id; operations without parameters or body are left out."""
    return (
        _enrolling(things)
        | _reviewing(things)
        | _invoicing(things)
        | _paying(things)
        | _printing(things)
        | _subscribing(things)
        | _telling(things)
        | _signing_in(things)
        | _looking_after_accounts(things)
        | _binding(things)
        | _keeping_units(things)
    )


def _at(number: str, **more: Any) -> Json:  # noqa: ANN401 - any path parameter
    return {"application_no": number, **more}


def _enrolling(things: Things) -> dict[str, ExampleCall]:
    ids, draft = things.ids, things.applications["draft"]
    lines = [{"plan": PLAN, "shares": 1}]
    person = _at(draft, plan=PLAN, person_id=ids["person"])
    return {
        "get_unit": ExampleCall("administrator", {"unit_id": ids["unit"]}),
        "get_template": ExampleCall(path={"name": ids["template"]}),
        "post_application": ExampleCall(body={"lines": lines}),
        "get_application": ExampleCall(path=_at(draft)),
        "delete_application": ExampleCall(path=_at(things.applications["given_up"])),
        "put_lines": ExampleCall(path=_at(draft), body={"lines": lines}),
        "put_staff": ExampleCall(path=_at(draft), body={"staff": 5, "women": 2}),
        "post_attachment": ExampleCall(path=_at(draft), body={"kind": "other", "file": SCAN}),
        "get_attachment": ExampleCall(path=_at(draft, attachment_id=ids["attachment"])),
        "delete_attachment": ExampleCall(path=_at(draft, attachment_id=ids["old_attachment"])),
        "post_import": ExampleCall(path=_at(draft), body={"file": "姓名", "lines": PLAN}),
        "get_imports": ExampleCall(path=_at(draft)),
        "get_import": ExampleCall(path={"import_id": ids["import"]}),
        "get_failed_rows": ExampleCall(path={"import_id": ids["import"]}),
        "get_failures": ExampleCall(path={"import_id": ids["import"]}),
        "get_warnings": ExampleCall(path={"import_id": ids["import"]}),
        "get_columns": ExampleCall(path={"import_id": ids["waiting_import"]}),
        "put_columns": ExampleCall(path={"import_id": ids["waiting_import"]}, body=GIVEN),
        "delete_columns": ExampleCall(path={"import_id": ids["waiting_import"]}),
        "get_persons": ExampleCall(path=_at(draft, plan=PLAN)),
        "search_persons": ExampleCall(path=_at(draft, plan=PLAN), body={"q": "王"}),
        "get_person": ExampleCall(path=person),
        "patch_person": ExampleCall(path=person, body={"mobile": "13800000000"}),
        "delete_person": ExampleCall(path=person | {"person_id": ids["old_person"]}),
        "submit_application": ExampleCall(
            path=_at(things.applications["submittable"]), body={"remark": ""}
        ),
    }


def _reviewing(things: Things) -> dict[str, ExampleCall]:
    path = _at(things.applications["first_review"])
    return {"post_review": ExampleCall("agency", path, {"decision": "approve"})}


def _invoicing(things: Things) -> dict[str, ExampleCall]:
    ids, invoiced = things.ids, things.applications["invoiced"]
    sketch = {
        "lines": [{"plan": PLAN, "persons": 1, "unit_price": "1.00", "remark": "1份"}],
        "title": "青岛示例单位工会委员会",
    }
    whole = sketch | {"funding_source": "union_funds", "email": "operator@example.org"}
    invoice = _at(invoiced, invoice_id=ids["invoice"])
    return {
        "get_billing": ExampleCall(path=_at(invoiced)),
        "post_invoice": ExampleCall(path=_at(invoiced), body=whole),
        "preview_invoice": ExampleCall(path=_at(invoiced), body=sketch),
        "put_invoice": ExampleCall(path=invoice, body=whole),
        "get_invoice_preview": ExampleCall(path=invoice),
        "delete_invoice": ExampleCall(path=_at(invoiced, invoice_id=ids["old_invoice"])),
        "submit_invoices": ExampleCall(path=_at(things.applications["full"])),
        "void_invoice": ExampleCall(
            "finance",
            _at(things.applications["receipted"], invoice_id=ids["receipted_invoice"]),
            {"reason": "抬头有误"},
        ),
    }


def _paying(things: Things) -> dict[str, ExampleCall]:
    money = {
        "application_no": things.applications["approved"],
        "amount": "40.00",
        "received_on": PAID_ON.isoformat(),
        "reason": LATE,
    }
    awaited = money | {"application_no": things.applications["awaited"]}
    return {
        "preview_payment": ExampleCall("finance", body=awaited),
        "post_payment": ExampleCall("finance", body=money),
        "reverse_payment": ExampleCall(
            "finance", {"payment_id": things.ids["payment"]}, {"reason": "重复登记"}
        ),
    }


def _printing(things: Things) -> dict[str, ExampleCall]:
    notices = [things.applications["confirmed"]]
    confirmation = things.ids["confirmed_confirmation"]
    return {
        "print_notices": ExampleCall(body={"application_nos": notices}),
        "print_confirmations": ExampleCall(body={"confirmation_nos": [confirmation]}),
        "get_print": ExampleCall(path={"print_id": things.ids["print"]}),
        "get_print_file": ExampleCall(path={"print_id": things.ids["print"]}),
        "get_payment_notice_prints": ExampleCall(path=_at(notices[0])),
        "get_confirmation_prints": ExampleCall(path={"confirmation_no": confirmation}),
        "get_confirmed_roster": ExampleCall(path={"confirmation_no": confirmation}),
        "archive_confirmation": ExampleCall(
            "office", {"confirmation_no": confirmation}, {"file": SCAN}
        ),
    }


def _subscribing(things: Things) -> dict[str, ExampleCall]:
    one = {"webhook_id": things.ids["webhook"]}
    return {
        "get_audit": ExampleCall("administrator"),
        "post_webhook": ExampleCall("client", body={"url": NOBODY_LISTENS, "topics": ["*"]}),
        "get_webhooks": ExampleCall("client"),
        "get_webhook": ExampleCall("client", one),
        "patch_webhook": ExampleCall("client", one, {"description": "统计"}),
        "delete_webhook": ExampleCall("client", {"webhook_id": things.ids["old_webhook"]}),
        "post_webhook_secret": ExampleCall("client", one),
        "get_webhook_deliveries": ExampleCall("client", one),
        "resend_delivery": ExampleCall("client", one | {"event_id": things.ids["event"]}),
        "resend_deliveries_since": ExampleCall("client", one, {"position": 1}),
        "test_webhook": ExampleCall("client", one),
    }


def _telling(things: Things) -> dict[str, ExampleCall]:
    notice = things.ids["notice"]
    choice = {"kind": "application_approved", "channel": "mail", "on": False}
    return {
        "get_messages": ExampleCall("administrator"),
        "resend_message": ExampleCall("administrator", {"message_id": things.ids["lost_message"]}),
        "read_notice": ExampleCall(path={"notice_id": notice}),
        "read_all_notices": ExampleCall(body={"notice_id": int(notice)}),
        "put_notification_settings": ExampleCall(
            body={"choices": [choice], "mails_to": "operator@example.org"}
        ),
    }


def _signing_in(things: Things) -> dict[str, ExampleCall]:
    return {
        "post_captcha": ExampleCall("nobody"),
        "post_login": ExampleCall(
            "nobody", body=things.login | {"captcha_id": things.ids["captcha"]}
        ),
        "post_token": ExampleCall(
            "nobody", body={"grant_type": "client_credentials", **things.client.account}
        ),
    }


def _looking_after_accounts(things: Things) -> dict[str, ExampleCall]:
    one = {"account_id": things.ids["account"]}
    person = {"name": "李工", "mobile": "13700009999"}
    code = {
        "purpose": "password_reset",
        "mobile": "13700009999",
        "captcha_id": str(UUID(int=0)),
        "captcha": "0000",
    }
    return {
        "delete_session": ExampleCall(path={"session_id": things.ids["session"]}),
        "put_password": ExampleCall(body={"present": "wrong-one-7", "password": "another-one-7"}),
        "post_code": ExampleCall("nobody", body=code),
        "post_proof": ExampleCall("nobody", {"code_id": things.ids["code"]}, {"code": "000000"}),
        "post_password_reset": ExampleCall(
            "nobody", body={"username": "nobody", "password": "another-one-7"}
        ),
        "put_second_factor": ExampleCall(body={"key": "A" * 32, "code": "000000"}),
        "post_second_factor": ExampleCall(body={"code": "000000"}),
        "remove_second_factor": ExampleCall(body={"code": "000000"}),
        "post_account": ExampleCall(
            "administrator", body=person | {"username": "spare-account", "role": "finance"}
        ),
        "get_accounts": ExampleCall("administrator"),
        "get_account": ExampleCall("administrator", one),
        "patch_account": ExampleCall("administrator", one, {"name": "李工"}),
        "lock_account": ExampleCall("administrator", one),
        "unlock_account": ExampleCall("administrator", one),
        "post_first_password": ExampleCall("administrator", one),
        "hand_account_over": ExampleCall("administrator", one, person),
        "reset_second_factor": ExampleCall("administrator", one),
    }


def _binding(things: Things) -> dict[str, ExampleCall]:
    one = {"binding_id": things.ids["binding"]}
    asked = {"credit_code": "9137020223456789B8", "name": "王建国", "file": SCAN}
    return {
        "post_binding": ExampleCall("nobody", body=asked),
        "get_own_bindings": ExampleCall("nobody"),
        "get_bindings": ExampleCall("agency"),
        "get_binding": ExampleCall("agency", one),
        "get_binding_form": ExampleCall("agency", one),
        "post_binding_decision": ExampleCall(
            "agency", one, {"decision": "refuse", "reason": "未盖章"}
        ),
    }


def _keeping_units(things: Things) -> dict[str, ExampleCall]:
    office, registered = (
        {"office_id": things.ids["office"]},
        {"unit_id": things.ids["registered"]},
    )
    data = {"office_name": "示例代办处", "phones": [{"for": "参续保咨询", "phone": "81910608"}]}
    form = {"unit_name": "青岛示例单位", "district_code": "370203"}
    return {
        "get_contacts": ExampleCall("nobody"),
        "get_agencies": ExampleCall("nobody"),
        "get_districts": ExampleCall("nobody"),
        "get_offices": ExampleCall("administrator"),
        "post_office": ExampleCall("administrator", body=data),
        "put_office": ExampleCall(
            "administrator", office, data | {"districts": [things.ids["district"]]}
        ),
        "get_units": ExampleCall("agency"),
        "get_unit_counts": ExampleCall("agency"),
        "patch_unit": ExampleCall("administrator", registered, {"address": "示例路1号"}),
        "post_unit_approval": ExampleCall("agency", registered, {"decision": "approve"}),
        "post_suspension": ExampleCall("administrator", registered),
        "delete_suspension": ExampleCall("administrator", registered),
        "get_certificate": ExampleCall("agency", registered | {"kind": "credit_code"}),
        "get_registrations": ExampleCall("nobody"),
        "post_registration": ExampleCall("nobody", body=form),
        "put_registration": ExampleCall("nobody", registered, form),
    }
