import { expect, test } from "vitest";

import type { Billing } from "@/api/billing";
import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import InvoiceForm from "./invoice-form.vue";

const NUMBER = "PRT0000000001";
const SAVE = `POST /api/v1/billings/${NUMBER}/invoices`;
const LINE = {
  plan_code: "NGTB",
  plan_name: "女工特疾",
  fee: "25.00",
  shares: 2,
  persons: 8,
  remaining: "320.00",
};
const billing = { application_no: NUMBER, lines: [LINE], invoices: [] } as unknown as Billing;

async function page() {
  const calls = answering({
    [SAVE]: {},
    [`POST /api/v1/billings/${NUMBER}/preview`]: { items: [], total: "0.00" },
  });
  const form = await opened(InvoiceForm, { billing });
  const submit = async () => {
    await form.find("form").trigger("submit");
    await settled();
  };
  return {
    form,
    submit,
    sent: () => calls.filter(({ call }) => call === SAVE).map(({ body }) => body),
  };
}

test("what is missing is said at its field, all at once", async () => {
  const { form, submit, sent } = await page();
  await submit();
  expect(form.findAll("[role=alert]").map((one) => one.text())).toEqual([
    "请至少选择一项保障活动。",
    "请选择会费来源。",
    "请填写抬头。",
    "请填写接收电子票据的邮箱。",
  ]);
  expect(sent()).toEqual([]);
});

test("a line takes all that remains, and no more", async () => {
  const { form, submit, sent } = await page();
  await form.find("input[type=checkbox]").setValue(true);
  await form.find("input[type=radio]").setValue();
  await form.find("input[name=title]").setValue("青岛示例单位工会委员会");
  await form.find("input[name=email]").setValue("operator@example.org");
  const price = form.find<HTMLInputElement>("[role=group] input[inputmode=decimal]");
  expect(price.element.value).toBe("40.00");
  await price.setValue("40.01");
  await submit();
  expect(form.find("[role=group] [role=alert]").text()).toContain("金额超过剩余开票金额");
  expect(sent()).toEqual([]);
  await price.setValue("40");
  await settled();
  expect(form.find("[role=alert]").exists()).toBe(false);
  await submit();
  expect(sent()).toMatchObject([
    { funding_source: "union_funds", lines: [{ plan: "NGTB", persons: 8, unit_price: "40.00" }] },
  ]);
});
