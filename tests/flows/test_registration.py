"""A unit registers, is reviewed by its agency, and is looked after by its office."""

import asyncio
from uuid import uuid4

import pytest

from examples.client import ApiError
from shared.values import mask_mobile
from tests.flows.conftest import System
from tests.flows.strangers import stranger
from tests.strangers import PICTURE, both_pictures, credit_code, filled_in, parts


async def test_a_stranger_registers_and_the_agency_approves(system: System) -> None:
    """Only the agency of the district sees it; its pictures are read there and nowhere else."""
    async with stranger(system) as someone:
        made = await someone.register(1)
        unit = f"/units/{made['unit_id']}"
        assert (made["state"], made["agency_id"]) == ("applied", "001202")
        masked = mask_mobile(someone.phone.mobile)
        assert made["contact_mobile"] == masked
        agency, administrator = await system.client("agency"), await system.client("administrator")
        [waiting] = (await agency.get("/units", state="applied", unit=made["credit_code"]))["items"]
        assert (waiting["contact_name"], waiting["contact_mobile"]) == ("经**丁", masked)
        assert (await agency.get("/unit-counts"))["applied"] >= 1
        assert await agency.file(f"{unit}/certificates/credit_code") == (
            PICTURE + b"credit_code_certificate"
        )
        await administrator.file(f"{unit}/certificates/legal_person")
        for name in ("operator2", "finance", "office"):
            with pytest.raises(ApiError) as refused:
                await (await system.client(name)).file(f"{unit}/certificates/credit_code")
            assert refused.value.status == 403
        approved = await agency.post(f"{unit}/approval", {"decision": "approve"})
        assert approved["state"] == "active"
        [found] = await someone.registrations()
        assert (found["state"], found["contact_name"]) == ("active", "经办员丁")
        with pytest.raises(ApiError) as refused:
            await agency.post(f"{unit}/approval", {"decision": "approve"})
        assert (refused.value.status, refused.value.code) == (409, "wrong_state")


async def test_a_returned_registration_is_corrected(system: System) -> None:
    """The reasons stand at their fields; what was changed meanwhile in a second tab is told."""
    async with stranger(system) as someone:
        made = await someone.register(2)
        agency = await system.client("agency")
        approval = f"/units/{made['unit_id']}/approval"
        with pytest.raises(ApiError) as refused:
            await agency.post(approval, {"decision": "return"})
        assert refused.value.code == "reason_missing"
        reasons = {"address": "请写到门牌号", "legal_person_certificate": "图片不清晰"}
        await agency.post(approval, {"decision": "return", "reasons": reasons})
        [found] = await someone.registrations()
        assert (found["state"], found["reasons"]) == ("returned", reasons)
        path = f"/registrations/{made['unit_id']}"
        better = filled_in(2, address="示例路2号甲")
        new = {"legal_person_certificate": ("新.png", PICTURE + b"new")}
        tag = {"If-Match": f'"{found["version"]}"'}
        corrected = await someone.send("PUT", path, data=better, files=new, headers=tag)
        assert corrected.json()["state"] == "applied"
        with pytest.raises(ApiError) as refused:
            await someone.send("PUT", path, files=parts(better), headers=tag)
        assert refused.value.status == 412
        with pytest.raises(ApiError) as refused:
            await someone.send("PUT", path, files=parts(better))
        assert refused.value.code == "wrong_state"
        unit = f"/units/{made['unit_id']}/certificates"
        assert await agency.file(f"{unit}/legal_person") == PICTURE + b"new"
        assert await agency.file(f"{unit}/credit_code") == PICTURE + b"credit_code_certificate"
        with pytest.raises(ApiError) as refused:
            await agency.post(approval, {"decision": "approve"}, headers=tag)
        assert refused.value.status == 412, "it was corrected since the agency read it"


async def test_two_at_once_with_one_credit_code_are_one_unit(system: System) -> None:
    """The other is told whom to ask; under the same key the same answer comes again."""
    async with (
        stranger(system) as first,
        stranger(system) as second,
    ):
        answers = await asyncio.gather(
            first.register(3), second.register(3), return_exceptions=True
        )
        [refused] = [one for one in answers if isinstance(one, BaseException)]
        assert isinstance(refused, ApiError)
        assert (refused.status, refused.code, refused.field) == (409, "unit_exists", "credit_code")
        assert "市北区代办处（电话81910608）" in refused.detail
        key = {"Idempotency-Key": str(uuid4())}
        form, files = filled_in(4), both_pictures()
        made = [
            await first.send("POST", "/registrations", data=form, files=files, headers=key)
            for _ in range(2)
        ]
        assert made[0].json() == made[1].json()
        with pytest.raises(ApiError) as again:
            await first.send("POST", "/registrations", data=form, files=files)
        assert again.value.code == "unit_exists"


async def test_a_rejected_registration_frees_its_credit_code(system: System) -> None:
    """It needs a reason, which the applicant reads."""
    async with stranger(system) as someone:
        made = await someone.register(5)
        agency = await system.client("agency")
        approval = f"/units/{made['unit_id']}/approval"
        await agency.post(approval, {"decision": "reject", "reason": "不属于本办事处"})
        [found] = await someone.registrations()
        assert (found["state"], found["reason"]) == ("rejected", "不属于本办事处")
        assert (await someone.register(5))["unit_id"] != made["unit_id"]


async def test_what_is_wrong_with_a_form_is_told_at_its_field(system: System) -> None:
    """Pictures are looked at by their first bytes, not by their names."""
    async with stranger(system) as someone:
        for changes, field, code in (
            ({"credit_code": credit_code(6)[:-1] + "!"}, "credit_code", "credit_code_invalid"),
            ({"district_code": "370200"}, "district_code", "district_unknown"),
            ({"agency_id": "001299"}, "agency_id", "agency_unknown"),
            ({"unit_name": " \u200b "}, "unit_name", "invalid_input"),
            ({"kind": "club"}, "kind", "invalid_input"),
            ({"address": "路" * 201}, "address", "invalid_input"),
        ):
            with pytest.raises(ApiError) as refused:
                await someone.register(6, **changes)
            assert (refused.value.field, refused.value.code) == (field, code)
        whole, field = both_pictures(), "legal_person_certificate"
        for content, code in (
            (b"GIF89a", "file_kind_refused"),
            (b"", "file_empty"),
            (PICTURE + bytes(5 * 1024 * 1024), "file_too_large"),
        ):
            files = whole | {field: ("证书.png", content)}
            with pytest.raises(ApiError) as refused:
                await someone.send("POST", "/registrations", data=filled_in(6), files=files)
            assert (refused.value.field, refused.value.code) == (field, code)
        files = {name: file for name, file in whole.items() if name != field}
        with pytest.raises(ApiError) as refused:
            await someone.send("POST", "/registrations", data=filled_in(6), files=files)
        assert (refused.value.field, refused.value.code) == (field, "certificate_missing")


async def test_nothing_is_shown_or_taken_without_the_proof_of_the_mobile(system: System) -> None:
    """Nor with a proof for something else, nor with another mobile's."""
    async with (
        stranger(system) as owner,
        stranger(system) as other,
        stranger(system, proven=False) as nobody,
    ):
        made = await owner.register(7)
        await (await system.client("agency")).post(
            f"/units/{made['unit_id']}/approval", {"decision": "return", "reason": "请核对"}
        )
        assert await other.registrations() == []
        path = f"/registrations/{made['unit_id']}"
        with pytest.raises(ApiError) as refused:
            await other.send("PUT", path, files=parts(filled_in(7)))
        assert refused.value.status == 404
        await nobody.prove("binding")
        for act in (nobody.registrations(), nobody.register(8)):
            with pytest.raises(ApiError) as refused:
                await act
            assert (refused.value.status, refused.value.code) == (401, "proof_ended")


async def test_the_office_changes_suspends_and_resumes_a_unit(system: System) -> None:
    """Its operators go on reading; the audit trail has every step."""
    administrator, operator = await system.client("administrator"), await system.client("operator3")
    path = "/units/U0000003"
    read = await administrator.send("GET", path)
    tag = {"If-Match": read.headers["etag"]}
    changed = await administrator.send("PATCH", path, json={"address": "示例路3号乙"}, headers=tag)
    assert changed.json()["address"] == "示例路3号乙"
    with pytest.raises(ApiError) as refused:
        await administrator.send("PATCH", path, json={"address": "x"}, headers=tag)
    assert refused.value.status == 412
    assert (await administrator.post(f"{path}/suspension"))["state"] == "suspended"
    try:
        draft = {"lines": [{"plan": "YWSH-20", "shares": 1}]}
        with pytest.raises(ApiError) as refused:
            await operator.post("/applications", draft)
        assert (refused.value.status, refused.value.code) == (409, "unit_suspended")
        assert (await operator.get(path))["state"] == "suspended"
    finally:
        await administrator.send("DELETE", f"{path}/suspension")
    await operator.post("/applications", draft)
    actions = {one["action"] for one in (await administrator.get("/audit"))["items"]}
    assert {"unit.changed", "unit.suspended", "unit.resumed"} <= actions


async def test_the_administrator_keeps_offices_that_everybody_reads(system: System) -> None:
    """Contacts, agencies and districts need no session."""
    administrator = await system.client("administrator")
    data = {
        "office_name": "西海岸二号代办处",
        "phones": [{"for": "参续保咨询", "phone": "86170337"}],
        "districts": [],
    }
    made = await administrator.post("/offices", data)
    path = f"/offices/{made['office_id']}"
    tag = {"If-Match": f'"{made["version"]}"'}
    renamed = data | {"office_name": "西海岸新代办处"}
    changed = (await administrator.send("PUT", path, json=renamed, headers=tag)).json()
    assert (changed["name"], changed["version"]) == ("西海岸新代办处", 2)
    with pytest.raises(ApiError) as refused:
        await administrator.send("PUT", path, json=renamed, headers=tag)
    assert refused.value.status == 412
    assert made["office_id"] in {one["office_id"] for one in await administrator.get("/offices")}
    with pytest.raises(ApiError) as refused:
        await (await system.client("agency")).get("/offices")
    assert refused.value.status == 403
    async with stranger(system, proven=False) as someone:
        contacts = (await someone.send("GET", "/contacts")).json()
        assert "西海岸新代办处" in {one["name"] for one in contacts}
        agencies = (await someone.send("GET", "/agencies")).json()
        [mine] = [one for one in agencies if one["office_id"] == "001202"]
        assert mine["districts"] == ["370203"]
        districts = await someone.send("GET", "/districts")
        assert districts.headers["cache-control"] == "public, max-age=86400"
        assert len(districts.json()) == 31
