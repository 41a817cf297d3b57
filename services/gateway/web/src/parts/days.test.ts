import { expect, test } from "vitest";

import { mount } from "@/testing/mount";
import Days from "./days.vue";

const mounted = (modelValue: [string, string] | null) =>
  mount(Days, { props: { modelValue, label: "录入日期" } });

test("a range may be open at either end", async () => {
  const days = mounted(null);
  await days.find("input[name=from]").setValue("2025-09-01");
  await days.find("input[name=to]").setValue("2025-09-30");
  expect(days.emitted("update:modelValue")).toEqual([
    [["2025-09-01", ""]],
    [["2025-09-01", "2025-09-30"]],
  ]);
});

test("a range without ends is none", async () => {
  const days = mounted(["2025-09-01", ""]);
  await days.find("input[name=from]").setValue("");
  expect(days.emitted("update:modelValue")).toEqual([[null]]);
});
