"""From the outbox to the bus."""
