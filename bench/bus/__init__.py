"""The bus beside raw aio-pika: same messages, same processes, one run."""
