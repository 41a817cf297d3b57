import subprocess
import sys

ON_ONE_CORE = """
import os
os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
from services.roster.app import SERVICE
print({queue.name: queue.jobs_per_worker for queue in SERVICE.queues()})
"""


def test_also_on_one_core_a_large_file_does_not_hold_up_the_others() -> None:
    """Two imports run at once at least; whatever else takes long runs one at a time."""
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", ON_ONE_CORE], check=True, capture_output=True, text=True
    )
    assert done.stdout == "{'roster.events': 1, 'roster.import': 2, 'roster.freeze': 1}\n"
