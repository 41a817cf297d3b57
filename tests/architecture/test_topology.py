import json

from services.host.registry import NAMES
from services.host.topology import DEFINITIONS, TOPOLOGY, topology
from shared.bus.operations.definitions import definitions


def test_a_changed_queue_or_binding_shows_in_review() -> None:
    """`python -m services topology` writes the file anew; its difference is what is decided."""
    assert json.loads(TOPOLOGY.read_text(encoding="utf-8")) == topology()


def test_what_rabbitmq_is_given_is_what_the_contracts_say() -> None:
    """The same command writes the broker's definitions; no password is in them."""
    written = json.loads(DEFINITIONS.read_text(encoding="utf-8"))
    assert written == definitions(topology(), NAMES, {})
    assert {user["password_hash"] for user in written["users"]} == {""}
