import json

from services.house import NAMES, TOPOLOGY, load


def test_a_changed_queue_or_binding_shows_in_review() -> None:
    """`python -m services topology` writes the file anew; its difference is what is decided."""
    written = json.loads(TOPOLOGY.read_text(encoding="utf-8"))
    assert written == {
        queue.name: sorted(queue.topics) for name in NAMES for queue in load(name).queues()
    }
