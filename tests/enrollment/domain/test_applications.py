from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.enrollment.domain.applications import (
    LONGEST_REASON,
    MOST_ATTACHED_BYTES,
    MOST_ATTACHMENTS,
    Application,
    Attachment,
    AttachmentKind,
    Stage,
    State,
    create_line,
)
from shared.contracts.enrollment import Sex
from shared.contracts.roster import LineCount
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.enrollment.samples import EMPTY, SCAN, TODAY, application, plan
from tests.published import schema, texts_of_pages, words_of_api


def _in_final_review() -> Application:
    one = application()
    one.state_staff(2, 1)
    one.submit("", [])
    one.freeze("rosters/1", "digest")
    one.review("agency-1", TODAY, "", approved=True)
    return one


def _counted(persons: int, over_usual_age: int = 0, *, women_only: bool = False) -> Application:
    one = application(plan(sex=Sex.FEMALE, least_rate=80) if women_only else plan())
    one.state_staff(10, 5)
    one.count([LineCount(plan_code="ZYYL-A", persons=persons, over_usual_age=over_usual_age)])
    return one


@pytest.mark.parametrize("shares", [0, 3])
def test_a_person_cannot_hold_more_shares_than_the_plan_allows(shares: int) -> None:
    """The refusal names the field and the range."""
    with pytest.raises(Invalid, match="1至2份") as refused:
        create_line(plan(max_shares=2), shares)
    assert (refused.value.code, refused.value.field) == ("shares_out_of_range", "shares")


def test_counts_of_plans_that_stay_are_kept_when_lines_change() -> None:
    """Another number of shares is no reason to upload again; a new plan has nobody yet."""
    one = _counted(4)
    one.change_lines([create_line(plan("ZGZJ"), 1), create_line(plan(max_shares=2), 2)])
    assert [(line.plan.code, line.shares, line.persons) for line in one.lines] == [
        ("ZGZJ", 1, 0),
        ("ZYYL-A", 2, 4),
    ]


def test_a_new_line_has_nobody_yet() -> None:
    """Counts come with the roster."""
    line = create_line(plan(), 1)
    counts = (line.persons, line.women, line.high_risk, line.unexpired, line.over_usual_age)
    assert counts == (0, 0, 0, 0, 0)


def test_a_line_of_which_the_roster_counts_nobody_has_nobody() -> None:
    """Who was counted before is gone; the shares stay."""
    one = _counted(4, over_usual_age=2)
    one.change_lines([create_line(plan(max_shares=2), 2)])
    one.count([])
    assert one.lines == [create_line(plan(max_shares=2), 2)]


def test_all_that_the_roster_counts_is_kept() -> None:
    """Women, risks, unexpired and over-age persons beside all."""
    one = application()
    one.count(
        [
            LineCount(
                plan_code="ZYYL-A",
                persons=9,
                women=5,
                high_risk=4,
                unexpired=3,
                over_usual_age=2,
            )
        ]
    )
    [line] = one.lines
    counts = (line.persons, line.women, line.high_risk, line.unexpired, line.over_usual_age)
    assert counts == (9, 5, 4, 3, 2)


def test_all_of_the_staff_may_be_women() -> None:
    """As many as the staff are not more than the staff."""
    one = application()
    one.state_staff(3, 3)
    assert (one.staff, one.women) == (3, 3)


def test_there_are_never_more_women_on_staff_than_staff() -> None:
    """The refusal names the field."""
    with pytest.raises(Invalid) as refused:
        application().state_staff(3, 4)
    assert (refused.value.code, refused.value.field) == ("women_exceed_staff", "women")


def test_staff_must_be_stated_before_submission() -> None:
    """Rates are measured against it."""
    with pytest.raises(Conflict) as refused:
        application().submit("", [])
    assert refused.value.code == "staff_missing"


def test_an_office_may_require_the_proof_of_social_insurance() -> None:
    """With the file attached the submission goes through."""
    one = application()
    one.state_staff(2, 1)
    with pytest.raises(Conflict) as refused:
        one.submit("", [AttachmentKind.SOCIAL_INSURANCE])
    assert refused.value.code == "attachment_missing"
    one.attach(Attachment("1", AttachmentKind.SOCIAL_INSURANCE, SCAN))
    one.submit("请尽快审核", [AttachmentKind.SOCIAL_INSURANCE])
    assert (one.state, one.remark) == (State.SUBMITTING, "请尽快审核")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("social_insurance", "社会保险缴费证明"),
        ("over_age", "超龄证明"),
        ("other", "其他附件"),
    ],
)
def test_a_missing_attachment_is_asked_for_by_the_name_that_it_has_on_the_page(
    kind: str, name: str
) -> None:
    """The operator looks for that name in the list of kinds."""
    one = application()
    one.state_staff(2, 1)
    with pytest.raises(Conflict, match=f"^请上传{name}后再提交。$"):
        one.submit("", [AttachmentKind(kind)])
    assert name.startswith(texts_of_pages("attachments")["kinds"][kind])


def test_an_application_has_so_many_attachments_and_no_more() -> None:
    """The last one that fits is taken; another fits again when one has gone."""
    one = application()
    for number in range(MOST_ATTACHMENTS):
        one.attach(Attachment(str(number), AttachmentKind.OTHER, SCAN))
    with pytest.raises(Conflict, match="最多上传20个附件") as refused:
        one.attach(Attachment("another", AttachmentKind.OTHER, SCAN))
    assert (refused.value.code, refused.value.field) == ("too_many_attachments", "file")
    assert len(one.attachments) == MOST_ATTACHMENTS
    one.detach("0")
    one.attach(Attachment("another", AttachmentKind.OTHER, SCAN))


def test_the_page_says_how_many_attachments_there_may_be_and_how_large() -> None:
    """Before anything is refused."""
    tip = texts_of_pages("attachments")["tip"]
    assert f"最多 {MOST_ATTACHMENTS} 个" in tip
    assert f"合计不超过 {MOST_ATTACHED_BYTES / 1024 / 1024:g} MB" in tip


def test_the_attachments_of_an_application_are_so_large_and_no_larger() -> None:
    """Exactly as much as is allowed is allowed, one byte more is not; all of them count."""
    one = application()
    half = SCAN.model_copy(update={"size": MOST_ATTACHED_BYTES // 2})
    one.attach(Attachment("1", AttachmentKind.OTHER, half))
    one.attach(Attachment("2", AttachmentKind.OTHER, half))
    with pytest.raises(Conflict, match="不能超过100MB") as refused:
        one.attach(Attachment("3", AttachmentKind.OTHER, SCAN))
    assert (refused.value.code, refused.value.field) == ("attachments_too_large", "file")
    one.detach("2")
    one.attach(Attachment("3", AttachmentKind.OTHER, SCAN))


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (_counted(10), None),
        (_counted(11), "persons_exceed_staff"),
        (_counted(4, women_only=True), None),
        (_counted(3, women_only=True), "participation_rate_too_low"),
        (_counted(6, women_only=True), "persons_exceed_staff"),
        (_counted(2, over_usual_age=1), "over_age_proof_missing"),
    ],
)
def test_a_frozen_roster_that_does_not_fit_is_objected_to(
    one: Application, code: str | None
) -> None:
    """More persons than staff, too few of them, or a missing 超龄证明."""
    assert [objection.code for objection in one.objections()] == ([code] if code else [])


def test_the_proof_of_age_answers_the_objection() -> None:
    """Persons above the usual age may join with it."""
    one = _counted(2, over_usual_age=1)
    one.attach(Attachment("1", AttachmentKind.OVER_AGE, SCAN))
    assert one.objections() == []
    one.detach("1")
    assert [objection.code for objection in one.objections()] == ["over_age_proof_missing"]


def test_an_attachment_keeps_its_id_when_another_one_goes() -> None:
    """What a reviewer opens is what was meant; a file that is gone is not found."""
    one = application()
    for name in ("1", "2", "3"):
        one.attach(
            Attachment(
                name, AttachmentKind.OTHER, SCAN.model_copy(update={"file_name": f"{name}.pdf"})
            )
        )
    one.detach("2")
    assert one.attachment("3").file.file_name == "3.pdf"
    for act in (one.attachment, one.detach):
        with pytest.raises(NotFound):
            act("2")


def test_an_attachment_stays_once_the_application_is_handed_in() -> None:
    """Reviewers see what was submitted."""
    one = _in_final_review()
    one.attachments.append(Attachment("1", AttachmentKind.OTHER, SCAN))
    with pytest.raises(Conflict):
        one.detach("1")
    assert one.attachment("1").file == SCAN


def test_a_draft_that_is_given_up_keeps_no_attachment() -> None:
    """Its files are deleted: nothing may lead to them any more."""
    one = application(plan("ZYYL-A"))
    one.attach(Attachment("1", AttachmentKind.OTHER, SCAN))
    one.cancel()
    assert one.attachments == []


def test_nothing_is_objected_to_before_the_staff_is_stated() -> None:
    """A draft that was just begun is no fault; half of it is not stated either."""
    assert application().objections() == []
    assert replace(application(plan(sex=Sex.FEMALE)), staff=3).objections() == []


def test_first_and_final_review_are_never_one_persons() -> None:
    """Refused with a sentence; another reviewer may."""
    one = _in_final_review()
    with pytest.raises(Forbidden, match="同一人"):
        one.review("agency-1", TODAY, "", approved=True)
    one.review("office-1", TODAY, "", approved=True)
    assert one.state is State.APPROVED


def test_a_return_needs_its_reason() -> None:
    """Blanks are none; the operator has to know what to correct."""
    one = _in_final_review()
    with pytest.raises(Invalid) as refused:
        one.review("office-1", TODAY, "  ", approved=False)
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")


def test_who_reviewed_first_before_a_return_may_review_finally_after_it() -> None:
    """Each round has its own two persons."""
    one = _in_final_review()
    one.review("office-1", TODAY, "人数不符", approved=False)
    one.submit("", [])
    one.freeze("rosters/2", "digest")
    one.review("agency-2", TODAY, "", approved=True)
    one.review("agency-1", TODAY, "", approved=True)
    assert one.state is State.APPROVED


def test_a_submission_that_did_not_hold_says_why_until_the_next_one() -> None:
    """The operator finds the reason on the draft."""
    one = application()
    one.state_staff(2, 1)
    one.submit("", [])
    one.reopen(EMPTY)
    assert (one.state, one.reopened_because) == (State.DRAFT, "人员清单为空。")
    one.submit("", [])
    assert one.reopened_because is None
    assert one.reopened_code is None


def test_an_objection_that_no_longer_holds_is_gone_at_once() -> None:
    """7 women on staff for 8 persons; then 8 women. Another number says it anew."""
    one = _counted(8, women_only=True)
    one.state_staff(20, 6)
    one.submit("", [])
    one.reopen(one.objections()[0])
    one.state_staff(20, 7)
    assert one.reopened_code == "persons_exceed_staff"
    assert "（7）" in (one.reopened_because or "")
    one.state_staff(20, 8)
    assert one.reopened_because is None
    assert one.reopened_code is None


def test_the_proof_of_age_takes_the_objection_away() -> None:
    """Without another submission."""
    one = _counted(2, over_usual_age=1)
    one.submit("", [])
    one.reopen(one.objections()[0])
    one.attach(Attachment("1", AttachmentKind.OVER_AGE, SCAN))
    assert one.reopened_because is None


def test_what_the_roster_objected_to_goes_with_other_persons_only() -> None:
    """Staff and files have nothing to do with it."""
    one = _counted(2)
    one.submit("", [])
    one.reopen(EMPTY)
    one.state_staff(9, 5)
    one.attach(Attachment("1", AttachmentKind.OTHER, SCAN))
    assert one.reopened_because == EMPTY.message
    one.count([LineCount(plan_code="ZYYL-A", persons=1)])
    assert one.reopened_because is None


@pytest.mark.parametrize("state", list(State))
def test_what_is_refused_for_its_state_says_which_state_it_is(state: State) -> None:
    """In the words that the operator sees on the page."""
    shown = texts_of_pages("applications")["states"][state]
    with pytest.raises(Conflict, match=f"^申请当前状态为“{shown}”，") as refused:
        replace(application(), state=state)._require()
    assert refused.value.code == "wrong_state"


def test_an_application_is_in_a_state_that_clients_know() -> None:
    """So are its attachments of a kind, and its texts of a length, that they know."""
    assert list(State) == words_of_api("State")
    assert list(AttachmentKind) == words_of_api("AttachmentKind")
    for call, field in (("Decision", "reason"), ("Submission", "remark")):
        assert schema(call)["properties"][field]["maxLength"] == LONGEST_REASON == 500


def test_the_roster_that_was_refused_may_be_of_other_plans_now() -> None:
    """Other lines take the roster's objection away, as other persons do."""
    one = _counted(2)
    one.submit("", [])
    one.reopen(EMPTY)
    one.change_lines([create_line(plan("ZGZJ"), 1)])
    assert one.reopened_because is None


def test_a_history_tells_when_each_state_was_entered() -> None:
    """A change that leaves the state as it is adds nothing."""
    one = application()
    began = datetime(2026, 11, 24, 9, tzinfo=UTC)
    one.record_state(began)
    one.record_state(began + timedelta(hours=1))
    one.cancel()
    one.record_state(began + timedelta(hours=2))
    assert one.history == [
        Stage(State.DRAFT, began),
        Stage(State.CANCELLED, began + timedelta(hours=2)),
    ]


def test_a_new_application_says_nothing_yet() -> None:
    """No remark until the operator writes one."""
    assert application().remark == ""
