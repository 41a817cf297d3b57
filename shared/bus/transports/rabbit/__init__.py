"""RabbitMQ: nothing else imports FastStream or aio-pika."""
