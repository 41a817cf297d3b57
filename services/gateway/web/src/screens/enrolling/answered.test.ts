import { expect, test } from "vitest";

import { answeredSheetOf } from "./answered";
import { WAITING } from "./batch-samples";

const ANSWERED = { sheet: "甲", batch: WAITING };
const ASKED_AGAIN = { ...WAITING, columns_until: "2026-11-29T01:00:09Z" };

test("a file that asks for its next sheet is known by the sheet that was answered", () => {
  expect(answeredSheetOf(ANSWERED, ASKED_AGAIN)).toBe("甲");
});

test("neither the question that was just answered nor another file is taken for it", () => {
  expect(answeredSheetOf(null, WAITING)).toBe("");
  expect(answeredSheetOf(ANSWERED, WAITING)).toBe("");
  const queued = { ...WAITING, state: "queued" as const, columns_until: null };
  expect(answeredSheetOf(ANSWERED, queued)).toBe("");
  expect(answeredSheetOf(ANSWERED, { ...ASKED_AGAIN, import_id: "b2" })).toBe("");
});
