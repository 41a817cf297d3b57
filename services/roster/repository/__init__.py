"""Rosters, persons, imports and covers to and from rows; never commits."""
