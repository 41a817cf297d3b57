"""What values are called is the same everywhere."""

from shared.contracts.enrollment import OccupationClass
from shared.contracts.labels import DOCUMENT_KINDS, KINDS, OCCUPATION_CLASSES, SEXES
from tests.published import texts_of_pages


def test_persons_and_business_are_called_as_on_the_pages() -> None:
    """Who compares a paper with the screen finds the same words."""
    pages = texts_of_pages("persons")
    assert pages["documentKinds"] == DOCUMENT_KINDS
    assert pages["sexes"] == SEXES
    classes = {OccupationClass.GENERAL: "general", OccupationClass.HIGH_RISK: "highRisk"}
    assert {kind: pages[text] for kind, text in classes.items()} == OCCUPATION_CLASSES
    assert texts_of_pages("papers")["kinds"] == KINDS
