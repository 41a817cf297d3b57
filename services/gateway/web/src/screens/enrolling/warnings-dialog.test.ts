import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import { FINISHED } from "./batch-samples";
import WarningsDialog from "./warnings-dialog.vue";

const ROW = {
  sheet: "名单",
  row_no: 12,
  name: "张三",
  number: "370202199001010018",
  why: "与另一保障活动中的姓名不同",
};

async function shown(rows: object[]) {
  answering({ "GET /api/v1/imports/b1/warnings": rows });
  const dialog = mount(WarningsDialog, { props: { batch: FINISHED } });
  await settled();
  return dialog.text();
}

test("who is to be compared stands with sheet, row and reason", async () => {
  const text = await shown([ROW]);
  for (const value of Object.values(ROW)) expect(text).toContain(String(value));
  expect(text).not.toContain("仅显示");
});

test("a file of one sheet has no column for sheets", async () => {
  expect(await shown([{ ...ROW, sheet: "" }])).not.toContain("工作表");
});

test("the sheet is named as soon as one row has one", async () => {
  expect(await shown([{ ...ROW, sheet: "" }, ROW])).toContain("工作表");
});

test("that there may be more is said", async () => {
  const most = Array.from({ length: 500 }, (_, row_no) => ({ ...ROW, row_no }));
  expect(await shown(most)).toContain("仅显示前 500 行。");
});
