"""Invoicing's outside: mail."""
