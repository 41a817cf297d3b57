import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import ImportDialog from "./import-dialog.vue";

const NUMBER = "PRT0000000001";

async function refused(field?: string) {
  const problem = { code: "file_empty", detail: "文件是空的，请重新选择。", status: 422, field };
  answering({
    [`POST /api/v1/applications/${NUMBER}/imports`]: Response.json(problem, { status: 422 }),
  });
  const dialog = mount(ImportDialog, { props: { number: NUMBER, lines: [] } });
  await settled();
  const input = dialog.find<HTMLInputElement>("input[type=file]");
  Object.defineProperty(input.element, "files", { value: [new File([""], "空.csv")] });
  await input.trigger("change");
  await dialog.find(".el-dialog__footer .el-button--primary").trigger("click");
  await settled();
  return dialog;
}

test("what is wrong with the file is said once, at the file", async () => {
  const dialog = await refused("file");
  expect(dialog.text().split("文件是空的，请重新选择。")).toHaveLength(2);
  expect(dialog.find(".el-form-item__error").text()).toBe("文件是空的，请重新选择。");
});

test("what is no fault of the file is said above", async () => {
  const dialog = await refused();
  expect(dialog.find(".el-alert[role=alert]").text()).toBe("文件是空的，请重新选择。");
  expect(dialog.find(".el-form-item__error").exists()).toBe(false);
});
