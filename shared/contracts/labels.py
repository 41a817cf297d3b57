"""What the values of contracts are called in Chinese, on papers, in workbooks and in refusals."""

from collections.abc import Mapping

from shared.contracts.enrollment import Kind, OccupationClass, Sex

KINDS: Mapping[Kind, str] = {
    Kind.ENROLLMENT: "参保",
    Kind.RENEWAL: "续保",
    Kind.BACK_PAYMENT: "补缴",
}
SEXES: Mapping[Sex, str] = {Sex.MALE: "男", Sex.FEMALE: "女"}
OCCUPATION_CLASSES: Mapping[OccupationClass, str] = {
    OccupationClass.GENERAL: "一般职业",
    OccupationClass.HIGH_RISK: "高危职业",
}
DOCUMENT_KINDS: Mapping[str, str] = {
    "resident_id": "居民身份证",
    "residence_permit": "港澳台居民居住证",
    "permanent_resident_card": "外国人永久居留身份证",
    "passport": "护照",
}
