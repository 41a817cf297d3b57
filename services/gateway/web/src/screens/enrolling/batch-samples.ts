// A batch for tests.

import type { Batch } from "./batch-rows";

export const ROWS: Batch["rows"] = {
  taken: 0,
  refused: 0,
  title: 0,
  total: 0,
  footer: 0,
  example: 0,
  empty: 0,
};

export const FINISHED: Batch = {
  import_id: "b1",
  application_no: "PRT0000000001",
  state: "finished",
  stage: null,
  file_name: "参保人员.xlsx",
  file_type: "参保人信息模板-通用",
  plan_names: { "ZYYL-A": "住院医疗" },
  done: 3,
  total: 3,
  lines: [{ plan_code: "ZYYL-A", succeeded: 2, failed: 1 }],
  rows: { ...ROWS, taken: 2, refused: 1, title: 1 },
  warnings: 0,
  has_warnings: false,
  columns_until: null,
  has_failed_rows: true,
  corrected_by: null,
  error: null,
  created_at: "2026-11-28T01:00:00Z",
  finished_at: null,
};

export const WAITING: Batch = {
  ...FINISHED,
  state: "needs_columns",
  done: 0,
  total: 0,
  lines: [],
  rows: ROWS,
  columns_until: "2026-11-29T01:00:00Z",
  has_failed_rows: false,
};
