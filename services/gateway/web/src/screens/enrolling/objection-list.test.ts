import { expect, test } from "vitest";

import type { Line } from "@/api/application";
import { mount } from "@/testing/mount";
import { speak } from "@/texts";
import ObjectionList from "./objection-list.vue";

const props = {
  objections: [{ code: "line_empty", message: "住院医疗还没有参保人员。", plan: "ZYYL-A" }],
  lines: [{ plan: "ZYYL-A", plan_name: "住院医疗" } as Line],
};

test("an objection names its plan in either language", async () => {
  expect(mount(ObjectionList, { props }).text()).toContain("住院医疗还没有参保人员。");
  await speak("en");
  expect(mount(ObjectionList, { props }).text()).toContain("住院医疗: A plan has no persons yet");
});

test("nothing to object to shows nothing", () => {
  expect(mount(ObjectionList, { props: { ...props, objections: [] } }).text()).toBe("");
});
