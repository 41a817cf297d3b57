import { expect, test } from "vitest";

import { mount } from "@/testing/mount";
import type { Batch } from "./batch-rows";
import ImportOutcome from "./import-outcome.vue";

const FINISHED: Batch = {
  import_id: "b1",
  application_no: "PRT0000000001",
  state: "finished",
  file_name: "参保人员.xlsx",
  file_type: "参保人信息模板-通用",
  plan_names: { "ZYYL-A": "住院医疗" },
  done: 3,
  total: 3,
  lines: [{ plan_code: "ZYYL-A", succeeded: 2, failed: 1 }],
  warnings: 0,
  has_failed_rows: true,
  corrected_by: null,
  error: null,
  created_at: "2026-11-28T01:00:00Z",
  finished_at: null,
};
const shown = (batch: Partial<Batch>) =>
  mount(ImportOutcome, { props: { batch: { ...FINISHED, ...batch } } });

test("rows that failed can be corrected there and then", async () => {
  const outcome = shown({});
  expect(outcome.text()).toContain("住院医疗");
  await outcome.find("button").trigger("click");
  expect(outcome.emitted("correct")).toHaveLength(1);
});

test("what is under way, corrected already or without failures offers no correction", () => {
  for (const batch of [
    { state: "running" as const, has_failed_rows: false },
    { corrected_by: "b2" },
    { has_failed_rows: false },
  ]) {
    expect(shown(batch).find("button").exists()).toBe(false);
  }
});

test("a file that was refused interrupts, with the reason", () => {
  const outcome = shown({
    error: { code: "file_encrypted", message: "文件已加密" },
    lines: [],
    has_failed_rows: false,
  });
  expect(outcome.find("[role=alert]").text()).toContain("文件已加密");
  expect(shown({}).find("[role=status]").exists()).toBe(true);
});
