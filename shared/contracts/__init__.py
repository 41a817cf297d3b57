"""What services may know of each other: every event, a file per announcing service."""
