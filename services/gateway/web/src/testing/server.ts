// A server for tests that mount pages: it answers what they are to see, and knows what was sent to it.

import { vi } from "vitest";

export interface Call {
  readonly call: string;
  readonly body: unknown;
}

/** Answer calls such as "GET /api/v1/plans" with JSON or a response; gives the calls that were made. */
export function answering(answers: Readonly<Record<string, unknown>>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const isJson = request.headers.get("content-type")?.startsWith("application/json");
    calls.push({ call, body: isJson ? ((await request.json()) as unknown) : null });
    if (!(call in answers)) throw new Error(`nobody answers ${call}`);
    const found = answers[call];
    return found instanceof Response ? found : Response.json(found);
  });
  return calls;
}
