import { expect, test } from "vitest";

import { Problem } from "@/api/problem";
import { useAction } from "./use-action";

test("a double click acts once", async () => {
  let calls = 0;
  const action = useAction(async () => {
    calls += 1;
    await Promise.resolve();
    return calls;
  });
  const [first, second] = await Promise.all([action.run(), action.run()]);
  expect([first, second, calls]).toEqual([1, undefined, 1]);
});

test("a retry of the same input after a lost connection is the same intent", async () => {
  const keys: string[] = [];
  const action = useAction((_: { amount: string }, key: string): Promise<string> => {
    keys.push(key);
    return keys.length < 3 ? Promise.reject(new TypeError("network")) : Promise.resolve("done");
  });
  await action.run({ amount: "1.00" });
  expect(action.problem.value?.code).toBe("unreachable");
  await action.run({ amount: "1.00" });
  expect(await action.run({ amount: "1.00" })).toBe("done");
  expect(new Set(keys).size).toBe(1);
});

test("other input, or a new try after a refusal or a success, is a new intent", async () => {
  const keys: string[] = [];
  const action = useAction((amount: string, key: string): Promise<string> => {
    keys.push(key);
    return amount === "bad"
      ? Promise.reject(new Problem(422, "invalid_input", "不对"))
      : Promise.resolve("done");
  });
  for (const amount of ["bad", "bad", "good", "good"]) await action.run(amount);
  expect(new Set(keys).size).toBe(4);
});
