import { expect, test } from "vitest";

import { doneAt, underWay } from "./stages";

const DAY = (day: number) => `2026-11-0${String(day)}T08:00:00Z`;

test("a step is done when the next one began, the last time it did", () => {
  const history = [
    { state: "draft", since: DAY(1) },
    { state: "submitting", since: DAY(2) },
    { state: "first_review", since: DAY(2) },
    { state: "returned", since: DAY(3) },
    { state: "submitting", since: DAY(4) },
    { state: "first_review", since: DAY(4) },
    { state: "final_review", since: DAY(5) },
  ] as const;
  expect(underWay("final_review")).toBe(2);
  expect(doneAt("final_review", [...history])).toEqual([DAY(4), DAY(5), ...Array<undefined>(5)]);
});

test("what was returned has everything before it again", () => {
  expect(underWay("returned")).toBe(0);
  expect(doneAt("returned", [{ state: "first_review", since: DAY(1) }])).toEqual(
    Array<undefined>(7),
  );
});

test("what is approved waits for the money; what is archived waits for nothing", () => {
  expect(underWay("approved")).toBe(4);
  expect(doneAt("approved", [{ state: "approved", since: DAY(6) }])[3]).toBe(DAY(6));
  expect(underWay("archived")).toBe(7);
});
