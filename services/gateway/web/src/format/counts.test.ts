import { expect, test } from "vitest";

import { shownCount } from "./counts";

test("a count is written with separators", () => {
  expect(shownCount(0)).toBe("0");
  expect(shownCount(9999)).toBe("9,999");
});

test("what is counted no further says so", () => {
  expect(shownCount(10_000)).toBe("10,000+");
  expect(shownCount(10_000, false)).toBe("10,000+");
  expect(shownCount(10_000, true)).toBe("10,000");
});
