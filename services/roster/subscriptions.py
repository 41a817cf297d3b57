"""What roster consumes."""

from services.roster.handlers.imports import give_up_import
from services.roster.handlers.imports_reading import run_import
from services.roster.handlers.rosters import (
    begin_cover,
    close_roster,
    lock_roster,
    open_roster,
    take_lines,
    thaw_roster,
)
from services.roster.handlers.rosters_freezing import freeze_roster, give_up_freezing
from shared.bus import on, work
from shared.contracts.enrollment import (
    ApplicationCancelled,
    ApplicationDrafted,
    ApplicationLinesChanged,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
    ConfirmationIssued,
)
from shared.contracts.roster import ImportColumnsGiven, ImportStarted
from shared.runtime.children import cores

IMPORTS_PER_WORKER = max(2, cores())
"""At least two, so that a unit's large file does not delay the others on one core."""
BEGIN_IMPORT: tuple[type[ImportStarted | ImportColumnsGiven], ...] = (
    ImportStarted,
    ImportColumnsGiven,
)
"""A file came, or the operator said which of its columns is which."""

SUBSCRIPTIONS = (
    on(ApplicationDrafted, open_roster),
    on(ApplicationLinesChanged, take_lines),
    on(ApplicationSubmitted, lock_roster),
    on(ApplicationReopened, thaw_roster),
    on(ApplicationReturned, thaw_roster),
    on(ApplicationCancelled, close_roster),
    on(ConfirmationIssued, begin_cover),
    *(
        work(
            "import",
            begun,
            run_import,
            give_up_import,
            jobs_per_worker=IMPORTS_PER_WORKER,
            apart="unit_id",
        )
        for begun in BEGIN_IMPORT
    ),
    work("freeze", ApplicationSubmitted, freeze_roster, give_up_freezing),
)
