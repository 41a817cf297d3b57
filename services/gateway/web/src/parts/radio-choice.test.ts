import { expect, test } from "vitest";

import { mount } from "@/testing/mount";
import RadioChoice from "./radio-choice.vue";

const OPTIONS = [
  { value: false, label: "否" },
  { value: true, label: "是" },
];

test("what is chosen is one of the options, as it is", async () => {
  const choice = mount(RadioChoice<boolean>, { props: { modelValue: false, options: OPTIONS } });
  expect(choice.findAll("input").map(({ element }) => element.checked)).toEqual([true, false]);
  await choice.findAll("input")[1]?.setValue();
  expect(choice.emitted("update:modelValue")).toEqual([[true]]);
});

test("what is settled cannot be chosen anew", () => {
  const choice = mount(RadioChoice<boolean>, {
    props: { modelValue: true, options: OPTIONS, disabled: true },
  });
  expect(choice.findAll("input").every(({ element }) => element.disabled)).toBe(true);
});
