import { expect, test, vi } from "vitest";

import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import { WAITING } from "./batch-samples";
import Persons from "./persons.vue";

const NUMBER = WAITING.application_no;
const COLUMNS = `/api/v1/imports/${WAITING.import_id}/columns`;
const APPLICATION = {
  application_no: NUMBER,
  state: "draft",
  version: 1,
  next_actions: ["edit", "submit"],
  lines: [],
  reviews: [],
  objections: [],
  staff: 5,
  women: 2,
  reopened_because: null,
  reopened_code: null,
  roster: { counts: [], imports: [WAITING] },
};

async function shown(part = "") {
  answering({
    [`GET /api/v1/applications/${NUMBER}`]: APPLICATION,
    [`GET ${COLUMNS}`]: {
      sheet: "",
      is_alone: true,
      header_row: 0,
      rows: [],
      fields: [],
      columns: {},
    },
    [`DELETE ${COLUMNS}`]: { ...WAITING, state: "failed" },
  });
  const page = await opened(Persons, { number: NUMBER }, part);
  document.body.append(page.element as Element);
  const press = async (words: string, within = page.element as Element) => {
    const found = [...within.querySelectorAll<HTMLElement>("button")];
    found.find((one) => one.textContent.trim() === words)?.click();
    await settled();
  };
  return { page, press };
}

test("a file that waits for its columns is among what is to be settled, and one is led to it", async () => {
  const list = vi.spyOn(HTMLElement.prototype, "focus");
  const { page, press } = await shown();
  const alert = page.find("[role=alert]");
  expect(alert.text()).toContain("以下问题须在提交前解决：");
  expect(alert.text()).toContain("“参保人员.xlsx”在等待指定列");
  await press("去导入批次列表");
  expect(list.mock.contexts.at(-1)).toBe(page.find("[aria-label=导入批次列表]").element);
  list.mockRestore();
});

test("whoever comes for the batch list is led to it", async () => {
  const seen = vi.spyOn(HTMLElement.prototype, "scrollIntoView");
  await shown();
  expect(seen).not.toHaveBeenCalled();
  const { page } = await shown("#batches");
  expect(seen.mock.contexts).toEqual([page.find("[aria-label=导入批次列表]").element]);
  seen.mockRestore();
});

test("whoever gives a file up is told so without an error, and is led to the batch list", async () => {
  const { page, press } = await shown();
  await press("指定列");
  await press("放弃该文件", document.body);
  const question = [...document.querySelectorAll(".el-message-box")].at(-1);
  if (question) await press("放弃该文件", question);
  expect(document.querySelector(".el-message--info")?.textContent).toContain(
    "已放弃“参保人员.xlsx”",
  );
  expect(page.find(".el-alert--error").exists()).toBe(false);
  expect(document.activeElement).toBe(page.find("[aria-label=导入批次列表]").element);
});
