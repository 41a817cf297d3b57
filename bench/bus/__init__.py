"""Compare the bus with raw aio-pika: same messages, same processes, one run."""
