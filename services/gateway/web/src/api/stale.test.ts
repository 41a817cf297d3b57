import { expect, test } from "vitest";

import { staleAfter } from "./stale";

test("an import refreshes its own application and nobody else's", () => {
  expect(staleAfter("roster.import.progressed.v1", "PRT0000000001")).toEqual([
    ["application", "PRT0000000001"],
    ["imports", "PRT0000000001"],
    ["persons", "PRT0000000001"],
  ]);
});

test("a decision refreshes the lists in which the application stands", () => {
  const stale = staleAfter("enrollment.application.approved.v1", "PRT0000000001");
  expect(stale).toContainEqual(["applications"]);
  expect(stale).toContainEqual(["payment-notices"]);
});

test("what happens to a unit refreshes the lists of units, and it", () => {
  const stale = staleAfter("enrollment.unit.applied.v1", "U10000000");
  expect(stale).toContainEqual(["units"]);
  expect(stale).toContainEqual(["unit", "U10000000"]);
  expect(stale).not.toContainEqual(["applications"]);
});

test("what people are told of refreshes their messages", () => {
  expect(staleAfter("enrollment.application.returned.v1", "PRT0000000001")).toContainEqual([
    "inbox",
  ]);
  expect(staleAfter("gateway.webhook.paused.v1", "7d444840")).toEqual([["inbox"]]);
});

test("what no screen shows refreshes nothing", () => {
  expect(staleAfter("gateway.account.signed_in.v1", "A1")).toEqual([]);
});
