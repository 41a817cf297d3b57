import { expect, test } from "vitest";

import { rowsOf, type Batch } from "./batch-rows";

const batch = (lines: Batch["lines"]): Batch => ({
  import_id: "b1",
  application_no: "PRT0000000001",
  state: "finished",
  file_name: "参保人员.xlsx",
  file_type: "参保人信息模板-通用",
  plan_names: { "ZYYL-A": "住院医疗", "ZGZJ-36": "职工重疾" },
  done: 3,
  total: 3,
  lines,
  warnings: 0,
  has_failed_rows: true,
  corrected_by: null,
  error: null,
  created_at: "2026-11-28T01:00:00Z",
  finished_at: null,
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
