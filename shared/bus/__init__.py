"""The bus: outbox, relay, inbox, and two buses that behave alike."""
