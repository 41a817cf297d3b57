import { expect, test } from "vitest";

import { tasksOf } from "./waiting";

test("what waits is counted over all states that belong to a task", () => {
  const tasks = tasksOf(
    "operator",
    { submitting: 1, first_review: 2, final_review: 3, draft: 4 },
    { awaits_reissue: 5 },
  );
  expect(tasks.map(({ name, count }) => [name, count])).toEqual([
    ["drafts", 4],
    ["returned", 0],
    ["reviewed", 6],
    ["toPay", 0],
    ["toReissue", 5],
    ["toPrint", 0],
  ]);
});

test("what is not known yet is not said to be nothing", () => {
  expect(tasksOf("operator", {}).map(({ name }) => name)).not.toContain("toReissue");
});

test("an agency is told of registrations as soon as they are counted", () => {
  const names = (units?: { applied: number }) =>
    tasksOf("agency_reviewer", { first_review: 1 }, undefined, units).map(({ name, count }) => [
      name,
      count,
    ]);
  expect(names()).toEqual([["firstReview", 1]]);
  expect(names({ applied: 0 })).toEqual([
    ["firstReview", 1],
    ["registrations", 0],
  ]);
});

test("nobody is told of what is not his to do", () => {
  expect(tasksOf("finance", { first_review: 9 }).map(({ count }) => count)).toEqual([0, 0]);
  expect(tasksOf(null, {})).toEqual([]);
});
