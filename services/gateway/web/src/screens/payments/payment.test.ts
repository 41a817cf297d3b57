import { beforeEach, expect, test, vi } from "vitest";

import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import Payment from "./payment.vue";

const NUMBER = "PRT0000000001";
const PREVIEW = "POST /api/v1/payments/preview";
const BILLING = {
  application_no: NUMBER,
  unit_name: "青岛示例单位",
  payable: "360.00",
  entered_on: "2026-11-20",
  payments: [],
  invoices: [],
  lines: [],
  next_actions: ["enter_payment"],
};
const EXPECTED = {
  amount: "360.00",
  received_on: "2026-11-19",
  confirmed_on: "2026-11-19",
  effective_on: "2026-11-19",
  confirmed_at_once: true,
};

beforeEach(() => {
  vi.setSystemTime("2026-11-25T04:00:00Z");
});

async function page() {
  const calls = answering({ [`GET /api/v1/billings/${NUMBER}`]: BILLING, [PREVIEW]: EXPECTED });
  const found = await opened(Payment, { number: NUMBER });
  const sent = () => calls.filter(({ call }) => call === PREVIEW).map(({ body }) => body);
  const submit = async () => {
    await found.find("button.el-button--primary").trigger("click");
    await settled();
  };
  return { found, sent, submit };
}

test("what is payable is filled in, and a day of today", async () => {
  const { found, sent, submit } = await page();
  expect(found.find<HTMLInputElement>("input[name=amount]").element.value).toBe("360.00");
  await submit();
  expect(sent()).toEqual([
    {
      application_no: NUMBER,
      amount: "360.00",
      received_on: "2026-11-25",
      confirmed_on: null,
      reason: "",
    },
  ]);
});

test("money from before the day of entry is not sent without a reason", async () => {
  const { found, sent, submit } = await page();
  expect(found.find("input[name=reason]").exists()).toBe(false);
  await found.find("input[name=received_on]").setValue("2026-11-19");
  await submit();
  expect(found.text()).toContain("确实如此的，请填写原因");
  expect(sent()).toEqual([]);
  await found.find("input[name=reason]").setValue("款项已先到账");
  await submit();
  expect(sent()).toMatchObject([{ received_on: "2026-11-19", reason: "款项已先到账" }]);
});

test.each([
  ["amount", "0.00", "请填写到账金额"],
  ["amount", "一百", "请填写到账金额"],
  ["received_on", "", "请填写到账日期"],
  ["received_on", "2026-11-26", "不能晚于今天"],
])("%s %s is refused before it is sent", async (field, value, said) => {
  const { found, sent, submit } = await page();
  await found.find(`input[name=${field}]`).setValue(value);
  await submit();
  expect(found.find("[role=alert]").text()).toContain(said);
  expect(sent()).toEqual([]);
});

test("what is not offered next is not shown: money that is there already, or to look at only", async () => {
  answering({ [`GET /api/v1/billings/${NUMBER}`]: { ...BILLING, next_actions: [] } });
  const found = await opened(Payment, { number: NUMBER });
  expect(found.find("input[name=amount]").exists()).toBe(false);
});
