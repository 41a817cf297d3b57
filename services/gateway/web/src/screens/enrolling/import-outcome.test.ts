import { expect, test } from "vitest";

import { mount } from "@/testing/mount";
import type { Batch } from "./batch-rows";
import { FINISHED, WAITING } from "./batch-samples";
import ImportOutcome from "./import-outcome.vue";

const shown = (batch: Partial<Batch>) =>
  mount(ImportOutcome, { props: { batch: { ...FINISHED, ...batch } } });

test("rows that failed can be corrected there and then", async () => {
  const outcome = shown({});
  expect(outcome.text()).toContain("住院医疗");
  await outcome.find("button").trigger("click");
  expect(outcome.emitted("open")).toEqual([["failures"]]);
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

test("a file that waits for its columns says until when, and leads there", async () => {
  const outcome = shown(WAITING);
  expect(outcome.text()).toContain("2026-11-29 09:00");
  await outcome.find("button").trigger("click");
  expect(outcome.emitted("open")).toEqual([["columns"]]);
});

test("warnings are counted, and can be looked at", async () => {
  const outcome = shown({ has_failed_rows: false, has_warnings: true, warnings: 12 });
  expect(outcome.find(".el-alert--warning").exists()).toBe(true);
  expect(outcome.find("button").text()).toBe("12 人已进入清单，但需核对：查看");
  await outcome.find("button").trigger("click");
  expect(outcome.emitted("open")).toEqual([["warnings"]]);
});

test("where it is only looked at there is nothing to press", () => {
  for (const batch of [FINISHED, { ...FINISHED, has_warnings: true, warnings: 1 }, WAITING]) {
    const outcome = mount(ImportOutcome, { props: { batch, readonly: true } });
    expect(outcome.find("button").exists()).toBe(false);
  }
});

test.each([
  [{ stage: "reading" as const, done: 0, total: 0 }, "正在读取文件"],
  [{ stage: "checking" as const, done: 12_000, total: 100_000 }, "正在核对 12,000 / 100,000 行"],
  [{ stage: "checking" as const, done: 20_000, total: 0 }, "正在核对，已核对 20,000 行"],
  [{ stage: "storing" as const, done: 100_000, total: 100_000 }, "正在保存"],
])("while a worker has it, it says what is done", (how, said) => {
  const outcome = shown({ ...how, state: "running", lines: [], has_failed_rows: false });
  expect(outcome.text()).toContain(said);
  expect(outcome.find("[role=progressbar]").exists()).toBe(how.total > 0);
});

test("every row of the file is accounted for", () => {
  expect(shown({}).text()).toContain("读入 4 行：成功 2，失败 1，标题 1。");
});

test("when a file asks for its next sheet, the answer about the one before is not lost", () => {
  const said = mount(ImportOutcome, { props: { batch: WAITING, answeredSheet: "甲" } }).text();
  expect(said).toContain("已收到您对工作表“甲”的回答");
  expect(said).toContain("还有其他工作表的列未指定");
  expect(shown(WAITING).text()).not.toContain("已收到");
});
