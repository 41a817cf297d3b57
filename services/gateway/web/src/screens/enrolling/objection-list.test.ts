import { expect, test } from "vitest";

import type { Line } from "@/api/application";
import { mount } from "@/testing/mount";
import { speak } from "@/texts";
import { WAITING } from "./batch-samples";
import ObjectionList from "./objection-list.vue";

const props = {
  objections: [{ code: "line_empty", message: "住院医疗还没有参保人员。", plan: "ZYYL-A" }],
  undecided: [],
  lines: [{ plan: "ZYYL-A", plan_name: "住院医疗" } as Line],
};

test("an objection names its plan in either language", async () => {
  expect(mount(ObjectionList, { props }).text()).toContain("住院医疗还没有参保人员。");
  await speak("en");
  expect(mount(ObjectionList, { props }).text()).toContain("住院医疗: A plan has no persons yet");
});

test("a file that waits for its columns is named, with until when, and the way to it", async () => {
  const shown = () =>
    mount(ObjectionList, {
      props: { ...props, objections: [], undecided: [WAITING] },
      slots: { default: "去那里" },
    }).text();
  expect(shown()).toContain(
    "“参保人员.xlsx”在等待指定列：请在 2026-11-29 09:00 前指定各列的内容，或放弃该文件。",
  );
  expect(shown()).toContain("去那里");
  await speak("en");
  expect(shown()).toContain("“参保人员.xlsx” waits to be told its columns");
});

test("where no file waits there is no way to one", () => {
  expect(mount(ObjectionList, { props, slots: { default: "去那里" } }).text()).not.toContain(
    "去那里",
  );
});

test("nothing to object to shows nothing", () => {
  expect(mount(ObjectionList, { props: { ...props, objections: [] } }).text()).toBe("");
});
