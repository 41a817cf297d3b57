import pytest

from shared.errors import Invalid, PreconditionFailed
from shared.http.headers import require_version, require_visible, versions_of


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        ([], None),
        (["*"], None),
        (['"3"'], {"3"}),
        (['"1", "2"'], {"1", "2"}),
        (['"1"', '"2"'], {"1", "2"}),
        ([' ,"1",, "a,b" ,'], {"1", "a,b"}),
        (['W/"1"'], {"1"}),
        (['W/"1", "2"'], {"1", "2"}),
        (['""'], {""}),
    ],
)
def test_if_match_is_read_as_its_rfc_says(lines: list[str], versions: set[str] | None) -> None:
    """One tag, a list, several lines, any; a weak tag is one that a proxy made so."""
    assert versions_of(lines) == versions


@pytest.mark.parametrize(
    "line", ["", ",", "3", '"1', 'w/"1"', '"1" "2"', '"1", *', '"é"', "'1'", '"1"2']
)
def test_what_is_no_tag_is_refused_in_words(line: str) -> None:
    """Who sends it is told what it should be."""
    with pytest.raises(Invalid, match="ETag"):
        versions_of([line])


def test_a_change_is_made_only_of_a_version_that_was_named() -> None:
    """Any will do when none is named."""
    require_version(3, None)
    require_version(3, {"2", "3"})
    for wanted in (set[str](), {"2"}, {"03"}):
        with pytest.raises(PreconditionFailed):
            require_version(3, wanted)


@pytest.mark.parametrize("value", ["é", "a\x7f", "\t", "键"])
def test_a_header_that_goes_on_holds_visible_ascii_only(value: str) -> None:
    """Others could not be sent to the owner at all."""
    assert require_visible("If-Match", 'W/"1", "x y"') == 'W/"1", "x y"'
    with pytest.raises(Invalid, match="If-Match") as refusal:
        require_visible("If-Match", value)
    assert refusal.value.field == "If-Match"
