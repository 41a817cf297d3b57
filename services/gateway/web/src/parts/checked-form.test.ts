import { ElFormItem } from "element-plus";
import { expect, test, vi } from "vitest";
import { defineComponent, ref, shallowRef } from "vue";

import { filledIn, holds } from "@/forms/rules";
import { mount, settled } from "@/testing/mount";
import CheckedForm from "./checked-form.vue";

const rulesIn = (missing: string, tooMany: string) => ({
  name: [filledIn(missing)],
  persons: [holds(tooMany, (persons: number) => persons <= 3)],
});

/** A form of two fields; `refusal` is what a server says of the first one. */
function mounted(form: { name: string; persons: number }, sent = vi.fn()) {
  const model = ref(form);
  const refusal = ref("");
  const rules = shallowRef(rulesIn("name is missing", "too many"));
  const page = mount(
    defineComponent({
      components: { CheckedForm, ElFormItem },
      setup: () => ({ model, refusal, sent, rules }),
      template: `
        <checked-form :model :rules @submit="sent()">
          <el-form-item prop="name" :error="refusal"><input v-model="model.name" /></el-form-item>
          <el-form-item prop="persons"><input v-model.number="model.persons" /></el-form-item>
        </checked-form>`,
    }),
  );
  return { page, model, refusal, rules, sent };
}

test("nothing is said before it is submitted, and what is wrong then is not sent", async () => {
  const { page, sent } = mounted({ name: " ", persons: 4 });
  await page.find("input").setValue("");
  await page.find("input").trigger("blur");
  await settled();
  expect(page.text()).toBe("");
  await page.find("form").trigger("submit");
  await settled();
  expect(page.text()).toContain("name is missing");
  expect(page.text()).toContain("too many");
  expect(sent).not.toHaveBeenCalled();
});

test("a fault goes when it is mended, before it is submitted again", async () => {
  const { page, model, sent } = mounted({ name: "", persons: 4 });
  await page.find("form").trigger("submit");
  await settled();
  model.value.name = "张三";
  await settled();
  expect(page.text()).toBe("too many");
  model.value.persons = 3;
  await settled();
  expect(page.text()).toBe("");
  expect(sent).not.toHaveBeenCalled();
  await page.find("form").trigger("submit");
  await settled();
  expect(sent).toHaveBeenCalledOnce();
});

test("what the server says of a field stays there while another one is typed in", async () => {
  const { page, model, refusal } = mounted({ name: "张三", persons: 1 });
  await page.find("form").trigger("submit");
  await settled();
  refusal.value = "is known already";
  model.value.persons = 2;
  await settled();
  expect(page.text()).toBe("is known already");
});

test("in another language only what was said before is said again", async () => {
  const { page, rules } = mounted({ name: "", persons: 3 });
  rules.value = rulesIn("姓名未填写", "人数过多");
  await settled();
  expect(page.text()).toBe("");
  await page.find("form").trigger("submit");
  await settled();
  expect(page.text()).toBe("姓名未填写");
  rules.value = rulesIn("name is missing", "too many");
  await settled();
  expect(page.text()).toBe("name is missing");
});
