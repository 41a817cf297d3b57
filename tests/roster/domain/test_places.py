from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.places import Place, number_of, place_at

places = st.builds(Place, st.integers(0, 300), st.integers(0, 2_000_000), st.integers(0, 1_000))


@given(places)
def test_a_place_is_known_by_its_number(place: Place) -> None:
    """It fits what the database keeps."""
    assert place_at(number_of(*place)) == place
    assert number_of(*place) < 2**63


@given(places, places)
def test_places_are_in_the_order_of_the_file(one: Place, other: Place) -> None:
    """By sheet, row, and the list from the left."""
    assert (number_of(*one) < number_of(*other)) == (one < other)
