import { expect, test } from "vitest";
import { nextTick, ref } from "vue";

import { useFilledOnce } from "./use-filled-once";

test("a form is filled with the first reading, and keeps what was typed when it is read anew", async () => {
  const form = ref({ name: "" });
  const reading = ref<{ name: string; number: string }>();
  useFilledOnce(form, reading, ({ name }) => ({ name }));
  expect(form.value).toEqual({ name: "" });
  reading.value = { name: "张三", number: "1" };
  await nextTick();
  expect(form.value).toEqual({ name: "张三" });
  form.value.name = "李四";
  reading.value = undefined;
  await nextTick();
  reading.value = { name: "王五", number: "2" };
  await nextTick();
  expect(form.value).toEqual({ name: "李四" });
});

test("what was read before the form is there fills it at once, also with nothing in it", async () => {
  const form = ref<string[]>(["something"]);
  const reading = ref<string[] | undefined>([]);
  useFilledOnce(form, reading, (found) => [...found]);
  expect(form.value).toEqual([]);
  form.value.push("typed");
  reading.value = ["read anew"];
  await nextTick();
  expect(form.value).toEqual(["typed"]);
});
