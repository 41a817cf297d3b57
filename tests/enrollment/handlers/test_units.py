"""A unit from its registration to the office's list, as enrollment's handlers bring it there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from services.enrollment.domain.units import (
    CertificateKind,
    Contact,
    FormField,
    Unit,
    UnitKind,
    UnitState,
)
from services.enrollment.handlers import applications_drafting as drafting
from services.enrollment.handlers import units_managing
from services.enrollment.handlers.catalogue import load_catalogue
from services.enrollment.handlers.units_registering import (
    Form,
    apply,
    correct,
    forget_pictures,
)
from services.enrollment.handlers.units_review import Decision, review
from services.enrollment.repository.units import UnitRepository
from services.enrollment.views import named_certificates, unit_query, units, waiting_units
from shared.contracts.enrollment import (
    Kind,
    UnitApplied,
    UnitChanged,
    UnitRegistered,
    UnitRejected,
    UnitResumed,
    UnitReturned,
    UnitSuspended,
)
from shared.contracts.files import StoredFile
from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from shared.identity.permissions import Role
from tests.handling import Handling, caller
from tests.units import demo_office

GATEWAY = caller(Role.SYSTEM, office_id="")
AGENCY = caller(Role.AGENCY_REVIEWER)
ADMINISTRATOR = caller(Role.ADMINISTRATOR)
MOBILE = "13900000009"
FORM = Form(
    name="青岛新港示例物流有限公司",
    kind=UnitKind.ENTERPRISE,
    credit_code="91370203MA3D1X2Y3E",
    union_name="青岛新港示例物流有限公司工会委员会",
    secret=False,
    district_code="370203",
    address="示例路9号",
    contact=Contact("经办员丁", MOBILE, "0532-82800009"),
)


async def picture(enrollment: Handling, name: str) -> StoredFile:
    """Store a picture as the gateway does."""
    content = f"%PDF-{name}".encode()
    return await enrollment.storage.put_file(
        f"certificates/m/{name}", content, f"{name}.pdf", "application/pdf"
    )


async def pictures(enrollment: Handling) -> Mapping[CertificateKind, StoredFile]:
    """Store both pictures."""
    return {kind: await picture(enrollment, kind) for kind in CertificateKind}


async def applied(enrollment: Handling, form: Form = FORM) -> Unit:
    """Register."""
    files = await pictures(enrollment)
    async with enrollment.transaction() as tx:
        return await apply(form, files, GATEWAY, tx)


async def decide(
    enrollment: Handling, unit_id: str, decision: Decision, reason: str = "", **reasons: str
) -> Unit:
    """Let the agency decide."""
    by_field = {FormField(name): text for name, text in reasons.items()}
    async with enrollment.transaction() as tx:
        return await review(unit_id, decision, reason, by_field, AGENCY, tx)


async def corrected(
    enrollment: Handling,
    unit_id: str,
    form: Form = FORM,
    files: Mapping[CertificateKind, StoredFile] | None = None,
    versions: set[str] | None = None,
) -> Unit:
    """Submit again."""
    async with enrollment.transaction() as tx:
        return await correct(unit_id, form, files or {}, GATEWAY, tx, versions)


async def known(enrollment: Handling, unit_id: str) -> Unit:
    """Return a unit as it is stored."""
    async with enrollment.transaction() as tx:
        return await UnitRepository(tx).get(unit_id)


async def test_a_unit_registers_and_its_agency_approves(enrollment: Handling) -> None:
    """The agency follows from the district; the events name no person."""
    unit = await applied(enrollment)
    assert (unit.agency_id, unit.office_id, unit.district) == (
        "001202",
        "0012",
        "山东省-青岛市-市北区",
    )
    async with enrollment.transaction() as tx:
        assert await waiting_units(tx, AGENCY) == 1
        assert await waiting_units(tx, caller(Role.AGENCY_REVIEWER, agency_id="001201")) == 0
    await decide(enrollment, unit.unit_id, "approve")
    events = await enrollment.announced()
    assert [type(event) for event in events] == [UnitApplied, UnitRegistered]
    assert events[1].model_dump() == {
        "unit_id": unit.unit_id,
        "name": FORM.name,
        "agency_id": "001202",
        "office_id": "0012",
        "self_registered": True,
    }
    found = await known(enrollment, unit.unit_id)
    assert (found.state, found.contact, found.version) == ("active", FORM.contact, 2)
    with pytest.raises(Conflict):
        await decide(enrollment, unit.unit_id, "approve")


async def test_another_agency_of_the_office_may_be_chosen(enrollment: Handling) -> None:
    """Not one that does not exist, nor the office itself; without any, one has to be chosen."""
    assert (await applied(enrollment, replace(FORM, agency_id="001206"))).agency_id == "001206"
    for wrong in ("0012", "001299"):
        with pytest.raises(Invalid, match="代办处"):
            await applied(enrollment, replace(FORM, agency_id=wrong))
    elsewhere = replace(FORM, district_code="110101", credit_code="913702000000099998")
    with pytest.raises(Invalid) as refused:
        await applied(enrollment, elsewhere)
    assert refused.value.code == "agency_missing"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"credit_code": "91370203MA3D1X2Y30"}, "credit_code_invalid"),
        ({"district_code": "370200"}, "district_unknown"),
        ({"district_code": "370205"}, "district_unknown"),
    ],
)
async def test_a_wrong_code_is_said(enrollment: Handling, wrong: dict[str, Any], code: str) -> None:
    """A district has to be a county of today."""
    with pytest.raises(Invalid) as refused:
        await applied(enrollment, replace(FORM, **wrong))
    assert refused.value.code == code


async def test_both_pictures_are_needed_at_first(enrollment: Handling) -> None:
    """Said at the one that is missing."""
    files = {CertificateKind.CREDIT_CODE: await picture(enrollment, "a")}
    async with enrollment.transaction() as tx:
        with pytest.raises(Invalid) as refused:
            await apply(FORM, files, GATEWAY, tx)
    assert refused.value.field == "legal_person_certificate"


async def test_a_credit_code_is_registered_once_per_office(enrollment: Handling) -> None:
    """Whoever comes second is told whom to ask; after a rejection it is free again."""
    first = await applied(enrollment)
    again = replace(FORM, agency_id="001201", contact=replace(FORM.contact, mobile="13900000008"))
    with pytest.raises(Conflict, match="市北区代办处（电话81910608）"):
        await applied(enrollment, again)
    await decide(enrollment, first.unit_id, "return", "请核对")
    with pytest.raises(Conflict):
        await applied(enrollment, again)
    await corrected(enrollment, first.unit_id)
    await decide(enrollment, first.unit_id, "reject", "不属于本办事处")
    assert (await applied(enrollment, again)).unit_id != first.unit_id


async def test_a_returned_registration_is_corrected_by_its_mobile(enrollment: Handling) -> None:
    """Of the version that was read; a picture that is not given again stays."""
    unit = await applied(enrollment)
    with pytest.raises(Conflict):
        await corrected(enrollment, unit.unit_id)
    await decide(enrollment, unit.unit_id, "return", address="请写到门牌号")
    found = await known(enrollment, unit.unit_id)
    assert found.reasons == {"address": "请写到门牌号"}
    stranger = replace(FORM, contact=replace(FORM.contact, mobile="13900000008"))
    with pytest.raises(NotFound):
        await corrected(enrollment, unit.unit_id, stranger)
    with pytest.raises(PreconditionFailed):
        await corrected(enrollment, unit.unit_id, versions={"1"})
    old = found.certificates
    new = {CertificateKind.CREDIT_CODE: await picture(enrollment, "new")}
    better = replace(FORM, address="示例路9号甲")
    await corrected(enrollment, unit.unit_id, better, new, {"2"})
    found = await known(enrollment, unit.unit_id)
    assert (found.state, found.address, found.reasons) == ("applied", "示例路9号甲", {})
    assert found.certificates == {**old, **new}
    assert enrollment.transactions.discarded.get_nowait() == old[CertificateKind.CREDIT_CODE].key
    assert [type(event) for event in await enrollment.announced()] == [
        UnitApplied,
        UnitReturned,
        UnitApplied,
    ]


async def test_the_registrations_of_a_mobile_are_found_by_it(enrollment: Handling) -> None:
    """The newest first; units that the office entered are not among them."""
    first = await applied(enrollment)
    second = await applied(enrollment, replace(FORM, credit_code="913702000000099998"))
    async with enrollment.transaction() as tx:
        repository = UnitRepository(tx)
        found = await repository.registered_with(MOBILE)
        assert [unit.unit_id for unit in found] == [second.unit_id, first.unit_id]
        assert await repository.registered_with("13800000001") == []


async def test_only_the_agency_reviews_and_only_its_own(enrollment: Handling) -> None:
    """Forbidden for other roles, NotFound for another agency."""
    unit = await applied(enrollment)
    for who, refusal in (
        (ADMINISTRATOR, Forbidden),
        (caller(), Forbidden),
        (caller(Role.AGENCY_REVIEWER, agency_id="001201"), NotFound),
    ):
        async with enrollment.transaction() as tx:
            with pytest.raises(refusal):
                await review(unit.unit_id, "approve", "", {}, who, tx)
    async with enrollment.transaction() as tx:
        with pytest.raises(Forbidden):
            await apply(FORM, {}, AGENCY, tx)


async def test_pictures_go_thirty_days_after_a_rejection(enrollment: Handling) -> None:
    """Not a minute before; until then a row names them."""
    unit = await applied(enrollment)
    await decide(enrollment, unit.unit_id, "reject", "不属于本办事处")
    assert [type(event) for event in await enrollment.announced()] == [UnitApplied, UnitRejected]
    keys = {file.key for file in unit.certificates.values()}
    enrollment.hands.forward(days=30)
    async with enrollment.transaction() as tx:
        await forget_pictures(tx)
        assert await named_certificates(tx.session, [*keys, "certificates/m/x"]) == keys
    enrollment.hands.forward(minutes=1)
    async with enrollment.transaction() as tx:
        assert await forget_pictures(tx) is False
        assert await named_certificates(tx.session, list(keys)) == set()
    gone = {enrollment.transactions.discarded.get_nowait() for _ in keys}
    assert gone == keys
    assert (await known(enrollment, unit.unit_id)).certificates == {}


async def test_a_suspended_unit_reads_and_drafts_nothing(enrollment: Handling) -> None:
    """Until it is resumed; each is announced."""
    operator = caller()

    async def draft() -> None:
        async with enrollment.transaction() as tx:
            await drafting.draft_application(
                Kind.ENROLLMENT,
                [drafting.Choice("ZYYL-A", 1)],
                operator,
                tx,
                new_employment=False,
            )

    async with enrollment.transaction() as tx:
        await units_managing.suspend("U0000001", ADMINISTRATOR, tx)
    with pytest.raises(Conflict) as refused:
        await draft()
    assert refused.value.code == "unit_suspended"
    async with enrollment.transaction() as tx:
        with pytest.raises(Conflict):
            await units_managing.suspend("U0000001", ADMINISTRATOR, tx)
    async with enrollment.transaction() as tx:
        await units_managing.resume("U0000001", ADMINISTRATOR, tx)
    await draft()
    kinds = [type(event) for event in await enrollment.announced()]
    assert kinds[:2] == [UnitSuspended, UnitResumed]


async def test_a_draft_of_a_suspended_unit_is_not_changed_or_submitted(
    enrollment: Handling,
) -> None:
    """It is there when the unit is resumed."""
    async with enrollment.transaction() as tx:
        found = await drafting.draft_application(
            Kind.ENROLLMENT, [drafting.Choice("ZYYL-A", 1)], caller(), tx, new_employment=False
        )
    async with enrollment.transaction() as tx:
        await units_managing.suspend("U0000001", ADMINISTRATOR, tx)
    async with enrollment.transaction() as tx:
        with pytest.raises(Conflict, match="停用"):
            await drafting.state_staff(found.application_no, 3, 1, caller(), tx, None)
        with pytest.raises(Conflict, match="停用"):
            await drafting.submit(found.application_no, "", caller(), tx)


async def test_the_administrator_changes_a_unit(enrollment: Handling) -> None:
    """Only what is stated, of the version that was read; nothing new is no change."""

    async def change(wanted: units_managing.Change, versions: set[str] | None = None) -> Unit:
        async with enrollment.transaction() as tx:
            return await units_managing.change("U0000001", wanted, ADMINISTRATOR, tx, versions)

    wanted = units_managing.Change(
        district_code="370202",
        agency_id="001201",
        contact_mobile="13900000007",
        credit_code=" 91370203ｍａ3d1x2y3e",
    )
    changed = await change(wanted, {"1"})
    assert (changed.district, changed.agency_id) == ("山东省-青岛市-市南区", "001201")
    assert changed.contact == Contact("经办员甲", "13900000007", "0532-82800001")
    assert changed.credit_code == "91370203MA3D1X2Y3E"
    await change(wanted)
    assert [type(event) for event in await enrollment.announced()] == [UnitChanged]
    with pytest.raises(PreconditionFailed):
        await change(units_managing.Change(name="新名"), {"1"})
    for wrong, refusal in (
        (units_managing.Change(agency_id="0012"), Invalid),
        (units_managing.Change(district_code="0"), Invalid),
        (units_managing.Change(credit_code="9137020223456789B8"), Conflict),
    ):
        with pytest.raises(refusal):
            await change(wrong)
    other = caller(Role.ADMINISTRATOR, office_id="0013")
    async with enrollment.transaction() as tx:
        with pytest.raises(NotFound):
            await units_managing.change("U0000001", wanted, other, tx, None)


async def test_a_registration_that_waits_is_not_changed_by_the_office(
    enrollment: Handling,
) -> None:
    """Neither is it suspended: its agency decides first."""
    unit = await applied(enrollment)
    async with enrollment.transaction() as tx:
        with pytest.raises(Conflict):
            await units_managing.change(
                unit.unit_id, units_managing.Change(name="新名"), ADMINISTRATOR, tx, None
            )


async def test_a_list_shows_the_units_of_ones_own_place(enrollment: Handling) -> None:
    """By state, by a part of the name or of the code, page by page."""
    unit = await applied(enrollment)

    async def found(who: Role, *states: UnitState, part: str = "", before: str = "") -> list[str]:
        async with enrollment.transaction() as tx:
            matching = unit_query(caller(who), states, part)
            return [one.unit_id for one in await units(tx, matching, before or None, 2)]

    assert await found(Role.AGENCY_REVIEWER) == [unit.unit_id, "U0000001"]
    assert await found(Role.AGENCY_REVIEWER, UnitState.APPLIED) == [unit.unit_id]
    assert await found(Role.ADMINISTRATOR) == [unit.unit_id, "U0000003"]
    assert await found(Role.ADMINISTRATOR, before="U0000003") == ["U0000002", "U0000001"]
    assert await found(Role.AUDITOR, part="澄波") == ["U0000002"]
    assert await found(Role.AUDITOR, part="91370202") == ["U0000002"]


async def test_loading_the_offices_data_again_keeps_what_happened(enrollment: Handling) -> None:
    """A suspended unit stays suspended; what is the same is no new version."""
    async with enrollment.transaction() as tx:
        await units_managing.suspend("U0000001", ADMINISTRATOR, tx)
    data = demo_office()
    data["units"][0]["address"] = "示例路11号"
    async with enrollment.transaction() as tx:
        await load_catalogue(data, tx)
    first, second = [await known(enrollment, one) for one in ("U0000001", "U0000002")]
    assert (first.state, first.address, first.version) == ("suspended", "示例路11号", 3)
    assert second.version == 1
