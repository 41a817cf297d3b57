import { expect, test } from "vitest";

import { rowsOf, type Batch } from "./batch-rows";
import { FINISHED, WAITING } from "./batch-samples";

const batch = (lines: Batch["lines"]): Batch => ({
  ...FINISHED,
  plan_names: { "ZYYL-A": "住院医疗", "ZGZJ-36": "职工重疾" },
  lines,
});

test("each plan has its own counts in its own row, and the file's result stands once", () => {
  const rows = rowsOf(
    batch([
      { plan_code: "ZGZJ-36", succeeded: 1, failed: 2 },
      { plan_code: "ZYYL-A", succeeded: 3, failed: 0 },
    ]),
  );
  expect(rows.map(({ plan, succeeded, failed }) => [plan, succeeded, failed])).toEqual([
    ["住院医疗", 3, 0],
    ["职工重疾", 1, 2],
  ]);
  expect(rows.map((row) => row.batch !== null)).toEqual([true, false]);
});

test("a file that could not be read names its plans too, without counts", () => {
  expect(rowsOf(batch([])).map(({ plan, succeeded }) => [plan, succeeded])).toEqual([
    ["住院医疗", ""],
    ["职工重疾", ""],
  ]);
});

test("of a file that waits for its columns nobody knows how many persons it holds", () => {
  expect(rowsOf(WAITING).map(({ total }) => total)).toEqual([""]);
  expect(rowsOf({ ...FINISHED, total: 0 }).map(({ total }) => total)).toEqual([0]);
});
