import { expect, test } from "vitest";

import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import Details from "./details.vue";

const NUMBER = "PRT0000000001";
const APPLICATION = {
  application_no: NUMBER,
  unit_id: "U1",
  state: "draft",
  version: 1,
  next_actions: ["edit", "submit"],
  missing: [],
  lines: [],
  reviews: [],
  objections: [],
  attachments: [],
  remark: "",
  reopened_because: null,
  reopened_code: null,
  roster: null,
  total_fee: "0.00",
  subsidy: "0.00",
  grant: "0.00",
  payable: "0.00",
};

async function submitted(code: string) {
  const detail = "有导入的文件还没有指定列。";
  answering({
    [`GET /api/v1/applications/${NUMBER}`]: APPLICATION,
    "GET /api/v1/units/U1": {},
    [`POST /api/v1/applications/${NUMBER}/submit`]: Response.json(
      { code, detail, status: 409 },
      { status: 409 },
    ),
  });
  const page = await opened(Details, { number: NUMBER });
  await page.findAll("button.el-button--primary").at(-1)?.trigger("click");
  await settled();
  return page.find("[role=alert]");
}

test("a file that waits for its columns keeps from submitting, and the way to it is shown", async () => {
  const alert = await submitted("import_undecided");
  expect(alert.text()).toContain("有导入的文件还没有指定列。");
  expect(alert.find("a").attributes("href")).toBe(`/applications/${NUMBER}/persons#batches`);
});

test("what else keeps from submitting leads nowhere else", async () => {
  expect((await submitted("staff_missing")).find("a").exists()).toBe(false);
});
