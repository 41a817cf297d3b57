import { expect, test } from "vitest";

import { add, addable, remove, type Choice, type Plan } from "./choice";

const plan = (code: string) => ({ code }) as Plan;
const plans = ["A", "B", "C"].map(plan);

test("a plan stands once, and can be chosen again when it was removed", () => {
  const choice: Choice = { newEmployment: false, lines: [] };
  add(choice, "B");
  add(choice, "B");
  expect(choice.lines).toEqual([{ plan: "B", shares: 1 }]);
  expect(addable(plans, choice).map(({ code }) => code)).toEqual(["A", "C"]);
  remove(choice, "B");
  expect(addable(plans, choice)).toHaveLength(3);
});

test("a double click on add changes no shares that were set", () => {
  const choice: Choice = { newEmployment: false, lines: [{ plan: "A", shares: 3 }] };
  add(choice, "A");
  expect(choice.lines).toEqual([{ plan: "A", shares: 3 }]);
});
