"""Load and store enrollment's aggregates; never commits."""
