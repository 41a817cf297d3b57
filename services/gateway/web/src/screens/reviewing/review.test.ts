import { expect, test } from "vitest";

import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import Review from "./review.vue";

const NUMBER = "PRT0000000001";
const DECIDE = `POST /api/v1/applications/${NUMBER}/reviews`;
const APPLICATION = {
  application_no: NUMBER,
  unit_id: "U1",
  unit_name: "青岛示例单位",
  state: "first_review",
  next_actions: ["review"],
  missing: [],
  history: [],
  lines: [],
  reviews: [],
  objections: [],
  attachments: [],
  remark: "",
  reopened_because: null,
  reopened_code: null,
  confirmation: null,
  roster: null,
  total_fee: "0.00",
  subsidy: "0.00",
  grant: "0.00",
  payable: "0.00",
};

async function page() {
  const calls = answering({
    [`GET /api/v1/applications/${NUMBER}`]: APPLICATION,
    [DECIDE]: {},
    "GET /api/v1/units/U1": {},
  });
  const found = await opened(Review, { number: NUMBER });
  const press = async (kind: "primary" | "danger") => {
    await found.find(`.decide .el-button--${kind}`).trigger("click");
    await settled();
  };
  return {
    found,
    press,
    sent: () => calls.filter(({ call }) => call === DECIDE).map(({ body }) => body),
  };
}

test("whoever returns an application says why", async () => {
  const { found, press, sent } = await page();
  await found.find("textarea").setValue("  ");
  await press("danger");
  expect(found.text()).toContain("退回时请填写原因");
  expect(sent()).toEqual([]);
  await found.find("textarea").setValue("请补充证明");
  await press("danger");
  expect(sent()).toEqual([{ decision: "return", reason: "请补充证明" }]);
});

test("an application is approved without a word, also when returning it was tried first", async () => {
  const { press, sent } = await page();
  await press("danger");
  await press("primary");
  expect(sent()).toEqual([{ decision: "approve", reason: "" }]);
});
