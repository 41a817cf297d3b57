"""Name consumed and published positions."""

from shared.bus.migrations import name_positions, unname_positions

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

upgrade = name_positions
downgrade = unname_positions
