"""What the product costs: applications per second, latency, memory, beside the floors."""
