import { expect, test } from "vitest";

import { addressOf, conditionsOf } from "./address";

const fresh = { number: "", state: "", entered: null as [string, string] | null };
const choices = { state: ["draft", "returned"] };

test("conditions are found again in the address that they were written into", () => {
  const asked = {
    number: "prt 12",
    state: "draft",
    entered: ["2025-09-01", "2025-09-30"] as [string, string],
  };
  const query = addressOf({}, asked, fresh);
  expect(query).toEqual({ number: "prt 12", state: "draft", entered: "2025-09-01..2025-09-30" });
  expect(conditionsOf(query, fresh, choices)).toEqual(asked);
});

test("an address without conditions stays as short as it was", () => {
  expect(addressOf({ number: "1" }, fresh, fresh)).toEqual({});
  expect(addressOf({}, { ...fresh, number: "  " }, fresh)).toEqual({});
});

test("what others wrote into the address stays", () => {
  expect(addressOf({ tab: "done", number: "1" }, { ...fresh, number: "2" }, fresh)).toEqual({
    tab: "done",
    number: "2",
  });
});

test("what makes no sense is no condition", () => {
  const query = { number: ["1", "2"], state: "none", entered: "yesterday" };
  expect(conditionsOf(query, fresh, choices)).toEqual(fresh);
});

test("the first tab is not written; another is", () => {
  expect(addressOf({}, { tab: "waiting" }, { tab: "waiting" })).toEqual({});
  expect(addressOf({}, { tab: "done" }, { tab: "waiting" })).toEqual({ tab: "done" });
});

test("a range of days may be open at either end, not at both", () => {
  for (const entered of [
    ["2025-09-01", ""],
    ["", "2025-09-30"],
  ] as [string, string][]) {
    const query = addressOf({}, { ...fresh, entered }, fresh);
    expect(conditionsOf(query, fresh, choices).entered).toEqual(entered);
  }
  expect(conditionsOf({ entered: ".." }, fresh, choices).entered).toBeNull();
});
