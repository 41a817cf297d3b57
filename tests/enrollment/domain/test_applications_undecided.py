"""Files of which the operator has not said yet which column is which."""

import pytest

from services.enrollment.domain.applications import (
    Application,
    Attachment,
    AttachmentKind,
    State,
    create_line,
)
from shared.contracts.roster import LineCount
from shared.errors import Conflict
from tests.enrollment.samples import EMPTY, SCAN, application, plan


def _draft() -> Application:
    one = application()
    one.state_staff(10, 5)
    return one


def test_nothing_is_submitted_while_a_file_waits_for_its_columns() -> None:
    """Each file is decided by itself; the message says where to go."""
    one = _draft()
    one.await_columns("file-1")
    one.await_columns("file-2")
    assert not one.decide_columns("file-3")
    assert one.decide_columns("file-1")
    with pytest.raises(Conflict, match=r"^有导入的文件还没有指定列，请在.*后再提交。$") as refused:
        one.submit("", [])
    assert (refused.value.code, one.state) == ("import_undecided", State.DRAFT)
    assert one.decide_columns("file-2")
    assert not one.decide_columns("file-2")
    one.submit("", [])
    assert one.state is State.SUBMITTING


def test_a_file_that_waits_for_its_columns_holds_up_nothing_else() -> None:
    """Staff, files, lines and persons change as ever; the draft may be given up."""
    one = _draft()
    one.await_columns("file-1")
    one.state_staff(9, 5)
    one.attach(Attachment("1", AttachmentKind.OTHER, SCAN))
    one.count([LineCount(plan_code="ZYYL-A", persons=3)])
    one.change_lines([create_line(plan(), 1)])
    assert [line.persons for line in one.lines] == [3]
    one.cancel()
    assert one.undecided_imports == []


def test_what_the_roster_objected_to_goes_with_the_file_that_waited() -> None:
    """The reason for the refusal may have been that file."""
    one = _draft()
    one.await_columns("file-1")
    one.state = State.SUBMITTING
    one.reopen(EMPTY)
    one.decide_columns("file-2")
    assert one.reopened_because == EMPTY.message
    one.decide_columns("file-1")
    assert one.reopened_because is None
