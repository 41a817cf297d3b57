import { expect, test } from "vitest";

import { mount } from "@/testing/mount";
import { speak } from "@/texts";
import { FINISHED, ROWS } from "./batch-samples";
import { allOf, kindsOf } from "./row-kinds";
import RowKinds from "./row-kinds.vue";

const MIXED = { ...ROWS, taken: 2, refused: 1, title: 2, total: 1, empty: 1000 };

test("only kinds of which there are rows are named, and the sum is what the file holds", () => {
  expect(kindsOf(MIXED).map(({ kind, count }) => [kind, count])).toEqual([
    ["taken", 2],
    ["refused", 1],
    ["title", 2],
    ["total", 1],
    ["empty", 1000],
  ]);
  expect(allOf(MIXED)).toBe(1006);
  expect(allOf({ ...ROWS, taken: 1, footer: 2, example: 4 })).toBe(7);
});

test("the sentence says them all, in both languages", async () => {
  const said = mount(RowKinds, { props: { batch: { ...FINISHED, rows: MIXED } } });
  expect(said.text()).toBe("读入 1,006 行：成功 2，失败 1，标题 2，合计 1，空行 1,000。");
  await speak("en");
  const english = mount(RowKinds, { props: { batch: { ...FINISHED, rows: MIXED } } });
  expect(english.text()).toContain("taken in 2");
});

test("nothing is said of a file that was read before rows were counted", () => {
  expect(mount(RowKinds, { props: { batch: { ...FINISHED, rows: ROWS } } }).text()).toBe("");
});

test("of a file for several plans, those taken into at least one of them are called so", async () => {
  const batch = {
    rows: MIXED,
    plan_names: { "ZYYL-A": "住院医疗", "ZGZJ-36": "职工重疾" },
  };
  const said = () => mount(RowKinds, { props: { batch } }).text();
  expect(said()).toContain("：成功 2（至少进入一个活动），失败 1，");
  await speak("en");
  expect(said()).toContain("taken in 2 (into at least one plan), failed 1,");
});
