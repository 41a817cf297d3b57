"""The rules of invoicing; start with `billing`."""
