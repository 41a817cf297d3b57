from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from services.gateway.adapters.services import LONGEST_PART, address
from shared.errors import NotFound

TEMPLATE = "/units/{unit}/things/{thing}"
WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(WRITTEN, WRITTEN)
def test_what_clients_write_stays_the_one_part_of_the_path_that_it_is(
    unit: str, thing: str
) -> None:
    """Whatever it is, each way of calling the owner leads to that address or there is none."""
    try:
        path = address(TEMPLATE, unit=unit, thing=thing)
    except NotFound:
        assert {unit, thing} & {".", ".."} or "/" in unit + thing
        return
    base = httpx.URL("http://owner")
    for sent in (urlsplit(str(base.join(path))).path, URL(str(base.join(path))).raw_path):
        assert [unquote(part) for part in sent.split("/")] == ["", "units", unit, "things", thing]


@pytest.mark.parametrize("part", ["", ".", "..", "a/b", "../..", "x" * (LONGEST_PART + 1)])
def test_a_part_that_would_lead_elsewhere_is_not_found(part: str) -> None:
    """Dots would be folded away, a stroke begins another part."""
    with pytest.raises(NotFound):
        address(TEMPLATE, unit="A1", thing=part)
