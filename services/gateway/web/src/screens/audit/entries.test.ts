import { expect, test } from "vitest";

import { ACTIONS, actorOf } from "./entries";

test("an actor is an account, somebody who runs the system, or nobody who is known", () => {
  expect(actorOf({ account_id: "A0000008", name: "办事处财务" })).toEqual({
    kind: "account",
    name: "办事处财务",
  });
  expect(actorOf({ account_id: "A0000099", name: null })).toEqual({
    kind: "account",
    name: "A0000099",
  });
  expect(actorOf({ account_id: "operator:王工", name: null })).toEqual({
    kind: "operator",
    name: "王工",
  });
  expect(actorOf({ account_id: "", name: null })).toEqual({ kind: "nobody", name: "" });
});

test("actions are called as the API calls them", () => {
  expect(ACTIONS).toContain("payment.entered");
  expect(new Set(ACTIONS).size).toBe(ACTIONS.length);
});
