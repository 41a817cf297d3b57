"""Another system's subscriber: follows its own queue, or replays the stream of all events.

An operator makes queue and user once, and hands over the three lines that this prints:

    .venv/bin/python -m services subscribers add payroll --stream

Then, with nothing but aio-pika installed:

    AMQP_URL=amqp://… QUEUE=subscribers.payroll python3 examples/subscribe_amqp.py
    AMQP_URL=amqp://… STREAM=union.events.log python3 examples/subscribe_amqp.py --from first

`--from` is first, next, an offset, or a time such as 2026-11-01T00:00:00+08:00.
"""

import argparse
import asyncio
import json
import os
import sys
from datetime import datetime

import aio_pika

PREFETCH = 50


def offset_of(text: str) -> str | int | datetime:
    """Read what `--from` says as RabbitMQ wants it."""
    if text in ("first", "last", "next"):
        return text
    return int(text) if text.isdigit() else datetime.fromisoformat(text)


def handle(event: dict[str, object]) -> None:
    """Stand for your own work; here it prints a line."""
    line = (event["time"], event["type"], event["subject"], event.get("sequence", "-"))
    sys.stdout.write(" ".join(map(str, line)) + "\n")
    sys.stdout.flush()


async def follow(url: str, queue_name: str, start: str | None, count: int | None) -> None:
    """Take events one by one; each is acknowledged only when it has been handled."""
    handled: set[str] = set()
    # Robust: comes back by itself when the connection is lost.
    connection = await aio_pika.connect_robust(url)
    async with connection, connection.channel() as channel:
        await channel.set_qos(PREFETCH)  # a stream cannot be read without one
        queue = await channel.get_queue(queue_name, ensure=False)
        arguments = {} if start is None else {"x-stream-offset": offset_of(start)}
        async with queue.iterator(arguments=arguments) as messages:
            async for message in messages:
                event = json.loads(message.body)
                # At least once: the same event may come again, with the same id. A real
                # subscriber keeps the ids where its own data are, in the same transaction.
                if event["id"] not in handled:
                    handle(event)
                    handled.add(event["id"])
                await message.ack()
                if count is not None and len(handled) >= count:
                    return


def main() -> None:
    """Read the command line and the environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="start", help="replay the stream from there")
    parser.add_argument("--count", type=int, help="stop after so many events")
    arguments = parser.parse_args()
    where = "QUEUE" if arguments.start is None else "STREAM"
    missing = [name for name in ("AMQP_URL", where) if name not in os.environ]
    if missing:
        sys.exit(f"{' and '.join(missing)} must be set: an operator hands them over.")
    start, count = arguments.start, arguments.count
    asyncio.run(follow(os.environ["AMQP_URL"], os.environ[where], start, count))


if __name__ == "__main__":
    main()
