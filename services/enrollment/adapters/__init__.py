"""The outside: the table of districts."""
