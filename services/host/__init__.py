"""What runs the services; itself none: in one process, or each by itself."""
