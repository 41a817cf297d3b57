import { expect, test } from "vitest";

import type { Application } from "@/api/application";
import { FINISHED, WAITING } from "./batch-samples";
import { stepOf, undecidedOf } from "./steps";

const draft = { state: "draft", reopened_because: null, reopened_code: null } as const;

test("a new draft begins with its plans", () => {
  expect(stepOf(draft)).toBe("plans");
});

test.each([
  ["persons_exceed_staff", "persons"],
  ["participation_rate_too_low", "persons"],
  ["line_empty", "persons"],
  ["persons_not_eligible", "persons"],
  ["import_failed", "persons"],
  ["import_undecided", "persons"],
  ["over_age_proof_missing", "details"],
  ["something_new", "details"],
])("what came back for %s is taken up at the %s", (reopened_code, step) => {
  expect(stepOf({ ...draft, reopened_because: "原因", reopened_code })).toBe(step);
});

test("what a reviewer returned, and what came back before codes were noted, opens at the details", () => {
  expect(stepOf({ ...draft, state: "returned" })).toBe("details");
  expect(stepOf({ ...draft, reopened_because: "原因" })).toBe("details");
});

test("only files that wait for their columns are undecided", () => {
  const roster = { imports: [FINISHED, WAITING, { ...WAITING, state: "queued" as const }] };
  expect(undecidedOf({ roster: roster as Application["roster"] })).toEqual([WAITING]);
  expect(undecidedOf({ roster: null })).toEqual([]);
});
