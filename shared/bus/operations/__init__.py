"""What operators do with the bus."""
