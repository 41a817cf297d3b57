"""What a service takes from the bus: each event once, in order per aggregate."""
