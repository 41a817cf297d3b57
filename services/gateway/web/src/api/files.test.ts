import { expect, test } from "vitest";

import { answering } from "@/testing/server";
import { printed } from "./files";

test("a print that has failed is known to have: printing again means another print", async () => {
  const refused = Response.json({ code: "print_failed", detail: "" }, { status: 409 });
  answering({
    "GET /api/v1/prints/P1": { print_id: "P1", state: "failed" },
    "GET /api/v1/prints/P1/file": refused,
  });
  const waiting = Promise.resolve({
    response: new Response(null, { status: 202, headers: { Location: "/api/v1/prints/P1" } }),
  });
  await expect(printed(waiting as never, () => undefined)).rejects.toMatchObject({
    code: "print_failed",
    isUncertain: false,
  });
});
