"""What a file may look like: the kinds that the tests run, and that docs/files.md lists."""
