import { expect, test } from "vitest";

import { ACTIONS, actorOf, shortened } from "./entries";

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

test("of the numbers of a batch the first are shown, and how many there are", () => {
  expect(shortened("P1,P2,P3")).toBeNull();
  expect(shortened("P1,P2,P3,P4,P5")).toEqual({ first: "P1,P2,P3", count: 5 });
});
