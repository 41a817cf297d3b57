"""Clients of the public API, as another program would write them."""
