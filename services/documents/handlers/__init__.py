"""Load, decide, save, emit."""
