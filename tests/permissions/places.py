"""The four places whose things are called for, seen from the first demo unit."""

from tests.permissions.offices import FAR_AWAY, NEIGHBOUR, OTHER_AGENCY, OTHER_OFFICE
from tests.permissions.table import Place

PLACES = {
    "own": Place("0012", "001202", "U0000001"),
    "another unit's": Place("0012", "001202", NEIGHBOUR),
    "another agency's": Place("0012", "001201", "U0000002"),
    "another office's": Place(OTHER_OFFICE, OTHER_AGENCY, FAR_AWAY),
}
CLIENTS = {
    "own": ("自己的系统", "0012"),
    "another unit's": ("同办事处的系统", "0012"),
    "another agency's": ("同办事处的系统", "0012"),
    "another office's": ("别的办事处的系统", OTHER_OFFICE),
}
