"""Load and store invoicing's aggregates; never commits."""
