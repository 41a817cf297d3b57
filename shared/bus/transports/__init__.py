"""The ways that events take: inside one process, or over RabbitMQ."""
