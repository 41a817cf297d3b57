import pytest

from services.gateway.domain.trail import NOBODY, Outcome, outcome_of, subject_of
from tests.published import words_of_api


@pytest.mark.parametrize(
    ("parts", "subject"),
    [
        (["PRT0000000001", "3"], "PRT0000000001/3"),
        (["G00122024121010000845"], "G00122024121010000845"),
        (["LZ00000001"], "LZ00000001"),
        (["A0000008"], "A0000008"),
        (["U00000012"], "U00000012"),
        (["NGTB-2025", 7], "NGTB-2025/7"),
        (["client-0123456789abcdef01"], "client-0123456789abcdef01"),
        (["group-0a1b2c3d"], "group-0a1b2c3d"),
        (["roster.import"], "roster.import"),
        (["enrollment.application.approved.v1"], "enrollment.application.approved.v1"),
        (["7d444840-9dc0-11d1-b245-5ffdce74fad2"], "7d444840-9dc0-11d1-b245-5ffdce74fad2"),
        ([12345678], "12345678"),
        ([" prt00000 00001 "], "PRT0000000001"),
        (["ｇ00122024121010000845"], "G00122024121010000845"),
        ([" roster "], "roster"),
        ([], ""),
    ],
)
def test_a_subject_is_made_of_numbers_of_ours(parts: list[object], subject: str) -> None:
    """Applications, confirmations, invoices, accounts, plans, ids; however they were typed."""
    assert subject_of(*parts) == subject


@pytest.mark.parametrize(
    "typed",
    [
        "..",
        "370203199001011234",
        "13800001234",
        "张三",
        "E12345678",
        "EA1234567",
        "810000199408230021",
        "123456789",
        "PRT000000001",
        "",
    ],
)
def test_what_may_be_a_persons_is_not_kept(typed: str) -> None:
    """Somebody typed it into an address: a name, an ID, a mobile, or something unknown."""
    assert subject_of("PRT0000000001", typed) == "PRT0000000001/?"


@pytest.mark.parametrize(
    ("status", "code", "changes", "outcome"),
    [
        (201, "", True, Outcome.DONE),
        (399, "", True, Outcome.DONE),
        (200, "service_away", True, Outcome.DONE),
        (400, "", True, Outcome.REFUSED),
        (404, "not_found", True, Outcome.REFUSED),
        (429, "too_many_tries", True, Outcome.REFUSED),
        (499, "", False, Outcome.REFUSED),
        (503, "still_arriving", True, Outcome.REFUSED),
        (500, "internal_error", True, Outcome.FAILED),
        (503, "", False, Outcome.FAILED),
        (503, "service_away", True, Outcome.UNKNOWN),
        (503, "service_away", False, Outcome.FAILED),
    ],
)
def test_an_answer_says_what_came_of_it(
    status: int, code: str, *, changes: bool, outcome: Outcome
) -> None:
    """An owner that does not answer may have made the change all the same."""
    assert outcome_of(status, code, changes=changes) is outcome


def test_who_tried_a_name_that_nobody_has_is_no_account_of_any_office() -> None:
    """What was typed may be a password: it is not kept."""
    assert (NOBODY.account_id, NOBODY.office_id) == ("", None)


def test_an_outcome_is_one_that_clients_know() -> None:
    """They search the trail by it."""
    assert list(Outcome) == words_of_api("Outcome")
