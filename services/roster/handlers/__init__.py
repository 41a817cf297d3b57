"""Load, decide, save, emit; a file per part of the job."""
