// Another system's subscriber in JavaScript: follows its own queue, or replays the stream.
// An operator makes queue and user once:
//
//   .venv/bin/python -m services subscribers add payroll --stream
//
// Then, in this folder:
//
//   npm ci
//   AMQP_URL=amqp://… QUEUE=subscribers.payroll node subscribe_amqp.mjs
//   AMQP_URL=amqp://… STREAM=union.events.log node subscribe_amqp.mjs --from first
//
// --from is first, next, an offset, or a time such as 2026-11-01T00:00:00+08:00; --count N ends
// after so many events.

import amqp from "amqplib";
import { parseArgs } from "node:util";

const PREFETCH = 50; // a stream cannot be read without one

const { values } = parseArgs({
  options: { from: { type: "string" }, count: { type: "string" } },
});

function offsetOf(text) {
  if (["first", "last", "next"].includes(text)) return text;
  if (/^\d+$/.test(text)) return Number(text);
  return { "!": "timestamp", value: Math.floor(Date.parse(text) / 1000) };
}

// Your own work stands here.
function handle(event) {
  console.log(event.time, event.type, event.subject, event.sequence ?? "-");
}

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();
await channel.prefetch(PREFETCH);

const queue = values.from ? process.env.STREAM : process.env.QUEUE;
const options = values.from
  ? { arguments: { "x-stream-offset": offsetOf(values.from) } }
  : {};

// At least once: an event may come again with the same id. A real subscriber keeps the ids where
// its own data are, in the same transaction.
const handled = new Set();

await channel.consume(
  queue,
  async (message) => {
    if (message === null || connection.done) return;
    const event = JSON.parse(message.content.toString());
    if (!handled.has(event.id)) {
      handle(event);
      handled.add(event.id);
    }
    channel.ack(message);
    if (values.count && handled.size >= Number(values.count)) {
      connection.done = true;
      await channel.close();
      await connection.close();
    }
  },
  options,
);
