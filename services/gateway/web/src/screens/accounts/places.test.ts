import { expect, test } from "vitest";

import { placeOf } from "./places";

const typed = { agency_id: " 001202 ", unit_id: "U0000001" };

test("an operator belongs to a unit, a reviewer of an agency to that, others to the office", () => {
  expect(placeOf({ role: "operator", ...typed })).toEqual({
    role: "operator",
    agency_id: null,
    unit_id: "U0000001",
  });
  expect(placeOf({ role: "agency_reviewer", ...typed })).toMatchObject({
    agency_id: "001202",
    unit_id: null,
  });
  expect(placeOf({ role: "finance", ...typed })).toEqual({
    role: "finance",
    agency_id: null,
    unit_id: null,
  });
});
