import { expect, test } from "vitest";

import { answering } from "@/testing/server";
import { printed } from "./files";
import { PRINT_FAILED } from "./problem";

test("a print that has failed is known to have: printing again means another print", async () => {
  answering({ "GET /api/v1/prints/P1": { print_id: "P1", state: "failed" } });
  const waiting = Promise.resolve({
    response: new Response(null, { status: 202, headers: { Location: "/api/v1/prints/P1" } }),
  });
  await expect(printed(waiting as never)).rejects.toMatchObject({
    code: PRINT_FAILED,
    isUncertain: false,
  });
});
