"""Load, decide, save, emit: a file per activity."""
