"""Benchmarks: applications per second, latency, memory, compared with floors."""
