"""Units that register themselves: apply, correct; who asks has proved the contact's mobile."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from services.enrollment.adapters.districts import all_places
from services.enrollment.domain.districts import agency_for
from services.enrollment.domain.offices import Office
from services.enrollment.domain.units import CertificateKind, Contact, Unit, UnitKind, UnitState
from services.enrollment.repository.offices import OfficeRepository
from services.enrollment.repository.units import CodeTaken, UnitRepository
from shared.bus import Transaction
from shared.contracts.enrollment import UnitApplied
from shared.contracts.files import StoredFile
from shared.errors import Conflict, Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.values import bare, credit_code

PICTURES_KEPT = timedelta(days=30)
"""After a rejection."""
UNITS_PER_TURN = 100
UNDECIDED = (UnitState.APPLIED, UnitState.RETURNED)
MOST_UNDECIDED = 5
"""Registrations of one mobile that nobody has decided on."""
CERTIFICATES = {
    CertificateKind.CREDIT_CODE: "统一社会信用代码证书",
    CertificateKind.LEGAL_PERSON: "工会法人资格证书",
}


@dataclass(frozen=True)
class Form:
    """What the form of a registration says; without an agency it follows from the district."""

    name: str
    kind: UnitKind
    credit_code: str
    union_name: str
    secret: bool
    district_code: str
    address: str
    contact: Contact
    agency_id: str | None = None


Pictures = Mapping[CertificateKind, StoredFile]


async def apply(form: Form, pictures: Pictures, caller: Caller, tx: Transaction) -> Unit:
    """Ask for a unit to be registered; Conflict when its office has one with that credit code."""
    caller.require(Permission.REGISTER)
    for kind, name in CERTIFICATES.items():
        if kind not in pictures:
            raise Invalid(
                "certificate_missing", f"请上传{name}后再提交。", field=f"{kind}_certificate"
            )
    units = UnitRepository(tx)
    await units.one_at_a_time(form.contact.mobile)
    waiting = [
        one for one in await units.registered_with(form.contact.mobile) if one.state in UNDECIDED
    ]
    if len(waiting) >= MOST_UNDECIDED:
        raise Conflict(
            "too_many_registrations",
            f"同一手机号最多有{MOST_UNDECIDED}个单位在注册中，请等待代办处审核后再提交。",
        )
    unit = await _filled_in(form, tx)
    unit = replace(unit, unit_id=await units.next_id())
    await _submit(unit, pictures, tx, units)
    return unit


async def correct(
    unit_id: str,
    form: Form,
    pictures: Pictures,
    caller: Caller,
    tx: Transaction,
    versions: Collection[str] | None,
) -> Unit:
    """Submit a returned registration again; pictures that are not given stay as they are.

    NotFound unless it is of the same mobile.
    """
    caller.require(Permission.REGISTER)
    units = UnitRepository(tx)
    (await units.get(unit_id)).require_mobile(form.contact.mobile)
    known = await units.locked(unit_id, versions)
    known.require_correctable()
    filled = await _filled_in(form, tx)
    unit = replace(
        filled,
        unit_id=unit_id,
        state=known.state,
        certificates=known.certificates,
        version=known.version,
    )
    unit.apply_again()
    tx.discard(*(known.certificates[kind].key for kind in pictures if kind in known.certificates))
    await _submit(unit, pictures, tx, units)
    return unit


async def forget_pictures(tx: Transaction) -> bool:
    """Delete the pictures of units that were rejected 30 days ago; return whether to go on."""
    units = UnitRepository(tx)
    rejected = await units.rejected_before(tx.now - PICTURES_KEPT, UNITS_PER_TURN)
    for unit in rejected:
        tx.discard(*(file.key for file in unit.certificates.values()))
        unit.certificates = {}
        await units.save(unit)
    return len(rejected) == UNITS_PER_TURN


async def _submit(unit: Unit, pictures: Pictures, tx: Transaction, units: UnitRepository) -> None:
    for file in pictures.values():
        await tx.keep(file.key)
    unit.certificates = {**unit.certificates, **pictures}
    await save_once(unit, tx, units)
    tx.emit(UnitApplied(**scope_of(unit)))


async def _filled_in(form: Form, tx: Transaction) -> Unit:
    """Return the unit that a form is about, without an id; Invalid when the form is wrong."""
    code, place = valid_credit_code(form.credit_code), place_of(form.district_code)
    agency = await _agency(form, tx)
    assert agency.parent_id is not None
    return Unit(
        unit_id="",
        agency_id=agency.office_id,
        office_id=agency.parent_id,
        name=form.name,
        kind=form.kind,
        credit_code=code,
        union_name=form.union_name,
        secret=form.secret,
        district=place,
        district_code=form.district_code,
        address=form.address,
        contact=form.contact,
        state=UnitState.APPLIED,
        self_registered=True,
    )


async def _agency(form: Form, tx: Transaction) -> Office:
    """Return the agency that was chosen, which has to be of the office of the district's agency."""
    offices = await OfficeRepository(tx).all()
    responsible = agency_for(form.district_code, offices)
    if form.agency_id is None:
        if responsible is None:
            raise Invalid(
                "agency_missing", "该地区没有对应的代办处，请选择代办处。", field="agency_id"
            )
        return responsible
    agencies = {office.office_id: office for office in offices if office.parent_id}
    chosen = agencies.get(form.agency_id)
    if chosen is None or (responsible and chosen.parent_id != responsible.parent_id):
        raise Invalid(
            "agency_unknown", "所选代办处不存在或不受理该地区，请重新选择。", field="agency_id"
        )
    return chosen


def valid_credit_code(written: str) -> str:
    """Return a credit code in its normal form; Invalid when it is none."""
    code = credit_code(bare(written))
    if code is None:
        raise Invalid(
            "credit_code_invalid",
            "统一社会信用代码不正确，请对照证书核对18位代码。",
            field="credit_code",
        )
    return code


def place_of(district_code: str) -> str:
    """Return a district in words; Invalid when it is none of today's."""
    place = all_places().get(district_code)
    if place is None:
        raise Invalid("district_unknown", "所在地区不存在，请选到区或县。", field="district_code")
    return place


def scope_of(unit: Unit) -> dict[str, str]:
    """Return what events about a unit carry."""
    return {"unit_id": unit.unit_id, "agency_id": unit.agency_id, "office_id": unit.office_id}


async def save_once(unit: Unit, tx: Transaction, units: UnitRepository) -> None:
    """Store a unit; Conflict, which says whom to ask, when its office has that credit code."""
    try:
        await units.save(unit)
    except CodeTaken:
        raise Conflict(
            "unit_exists",
            "该统一社会信用代码的单位已登记或正在审核，不能重复注册。"
            f"如需办理或更换经办人，请联系{await _whom_to_ask(unit, tx)}。",
            field="credit_code",
        ) from None


async def _whom_to_ask(unit: Unit, tx: Transaction) -> str:
    """Return the name and phone of the agency of the unit that has the same credit code."""
    holder = await UnitRepository(tx).holding(unit.office_id, unit.credit_code)
    offices = OfficeRepository(tx)
    agency = await offices.get(holder.agency_id if holder else unit.agency_id)
    phones = "、".join(one.phone for one in agency.phones[:1])
    return f"{agency.name}（电话{phones}）" if phones else agency.name
