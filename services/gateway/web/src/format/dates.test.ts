import { expect, test } from "vitest";

import { shownInstant, today } from "./dates";

test("an instant is shown in the office's time, wherever the reader is", () => {
  expect(shownInstant("2025-11-25T07:06:52Z")).toBe("2025-11-25 15:06:52");
  expect(shownInstant("2025-12-31T16:00:00+00:00")).toBe("2026-01-01 00:00:00");
});

test("the office's day begins with its own midnight", () => {
  expect(today(new Date("2025-11-25T15:59:59Z"))).toBe("2025-11-25");
  expect(today(new Date("2025-11-25T16:00:00Z"))).toBe("2025-11-26");
});
