"""One call of each operation that its role may make and that makes sense, on things that exist."""

from dataclasses import dataclass, field
from typing import Any

from tests.flows.stories import LATE
from tests.schema.things import NOBODY_LISTENS, PAID_ON, PLAN, Things

Json = dict[str, Any]
SCAN = "%PDF-1.4 signed"


@dataclass(frozen=True)
class Sense:
    """What stands in the path and in the body; `role` is who may make the call."""

    role: str = "operator"
    path: Json = field(default_factory=dict)
    body: Json | None = None


def sensible(things: Things) -> dict[str, Sense]:
    """Return the calls by the ids of their operations; what is not here needs nothing."""
    return (
        _enrolling(things)
        | _reviewing(things)
        | _invoicing(things)
        | _paying(things)
        | _printing(things)
        | _subscribing(things)
        | _signing_in(things)
    )


def _at(number: str, **more: Any) -> Json:  # noqa: ANN401 - any path parameter
    return {"application_no": number, **more}


def _enrolling(things: Things) -> dict[str, Sense]:
    ids, draft = things.ids, things.applications["draft"]
    lines = [{"plan": PLAN, "shares": 1}]
    person = _at(draft, plan=PLAN, person_id=ids["person"])
    return {
        "get_unit": Sense(path={"unit_id": ids["unit"]}),
        "get_template": Sense(path={"name": ids["template"]}),
        "post_application": Sense(body={"lines": lines}),
        "get_application": Sense(path=_at(draft)),
        "delete_application": Sense(path=_at(things.applications["given_up"])),
        "put_lines": Sense(path=_at(draft), body={"lines": lines}),
        "put_staff": Sense(path=_at(draft), body={"staff": 5, "women": 2}),
        "post_attachment": Sense(path=_at(draft), body={"kind": "other", "file": SCAN}),
        "get_attachment": Sense(path=_at(draft, attachment_id=ids["attachment"])),
        "delete_attachment": Sense(path=_at(draft, attachment_id=ids["old_attachment"])),
        "post_import": Sense(path=_at(draft), body={"file": "姓名", "lines": PLAN}),
        "get_imports": Sense(path=_at(draft)),
        "get_import": Sense(path={"import_id": ids["import"]}),
        "get_failed_rows": Sense(path={"import_id": ids["import"]}),
        "get_failures": Sense(path={"import_id": ids["import"]}),
        "get_persons": Sense(path=_at(draft, plan=PLAN)),
        "search_persons": Sense(path=_at(draft, plan=PLAN), body={"q": "王"}),
        "get_person": Sense(path=person),
        "patch_person": Sense(path=person, body={"mobile": "13800000000"}),
        "delete_person": Sense(path=person | {"person_id": ids["old_person"]}),
        "submit_application": Sense(
            path=_at(things.applications["submittable"]), body={"remark": ""}
        ),
    }


def _reviewing(things: Things) -> dict[str, Sense]:
    path = _at(things.applications["first_review"])
    return {"post_review": Sense("agency", path, {"decision": "approve"})}


def _invoicing(things: Things) -> dict[str, Sense]:
    ids, invoiced = things.ids, things.applications["invoiced"]
    sketch = {
        "lines": [{"plan": PLAN, "persons": 1, "unit_price": "1.00", "remark": "1份"}],
        "title": "青岛示例单位工会委员会",
    }
    whole = sketch | {"funding_source": "union_funds", "email": "operator@example.org"}
    invoice = _at(invoiced, invoice_id=ids["invoice"])
    return {
        "get_billing": Sense(path=_at(invoiced)),
        "post_invoice": Sense(path=_at(invoiced), body=whole),
        "preview_invoice": Sense(path=_at(invoiced), body=sketch),
        "put_invoice": Sense(path=invoice, body=whole),
        "get_invoice_preview": Sense(path=invoice),
        "delete_invoice": Sense(path=_at(invoiced, invoice_id=ids["old_invoice"])),
        "submit_invoices": Sense(path=_at(things.applications["full"])),
        "void_invoice": Sense(
            "finance",
            _at(things.applications["receipted"], invoice_id=ids["receipted_invoice"]),
            {"reason": "抬头有误"},
        ),
    }


def _paying(things: Things) -> dict[str, Sense]:
    money = {
        "application_no": things.applications["approved"],
        "amount": "40.00",
        "received_on": PAID_ON.isoformat(),
        "reason": LATE,
    }
    awaited = money | {"application_no": things.applications["awaited"]}
    return {
        "preview_payment": Sense("finance", body=awaited),
        "post_payment": Sense("finance", body=money),
        "reverse_payment": Sense(
            "finance", {"payment_id": things.ids["payment"]}, {"reason": "重复登记"}
        ),
    }


def _printing(things: Things) -> dict[str, Sense]:
    notices = [things.applications["confirmed"]]
    confirmation = things.ids["confirmed_confirmation"]
    return {
        "print_notices": Sense(body={"application_nos": notices}),
        "print_confirmations": Sense(body={"confirmation_nos": [confirmation]}),
        "get_print": Sense(path={"print_id": things.ids["print"]}),
        "get_print_file": Sense(path={"print_id": things.ids["print"]}),
        "get_confirmed_roster": Sense(path={"confirmation_no": confirmation}),
        "archive_confirmation": Sense("office", {"confirmation_no": confirmation}, {"file": SCAN}),
    }


def _subscribing(things: Things) -> dict[str, Sense]:
    one = {"webhook_id": things.ids["webhook"]}
    return {
        "get_audit": Sense("administrator"),
        "post_webhook": Sense("client", body={"url": NOBODY_LISTENS, "topics": ["*"]}),
        "get_webhooks": Sense("client"),
        "get_webhook": Sense("client", one),
        "patch_webhook": Sense("client", one, {"description": "统计"}),
        "delete_webhook": Sense("client", {"webhook_id": things.ids["old_webhook"]}),
        "post_webhook_secret": Sense("client", one),
        "get_webhook_deliveries": Sense("client", one),
        "resend_delivery": Sense("client", one | {"event_id": things.ids["event"]}),
        "resend_deliveries_since": Sense("client", one, {"position": 1}),
        "test_webhook": Sense("client", one),
    }


def _signing_in(things: Things) -> dict[str, Sense]:
    return {
        "post_captcha": Sense("nobody"),
        "post_login": Sense("nobody", body=things.login | {"captcha_id": things.ids["captcha"]}),
        "post_token": Sense(
            "nobody", body={"grant_type": "client_credentials", **things.client.account}
        ),
    }
