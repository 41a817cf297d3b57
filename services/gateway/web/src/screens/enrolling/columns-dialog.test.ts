import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import { FINISHED, WAITING } from "./batch-samples";
import ColumnsDialog from "./columns-dialog.vue";

const NUMBER = "PRT0000000001";
const COLUMNS = "/api/v1/imports/b1/columns";
const SKIP = "该工作表不是人员名单，跳过";
const QUESTION = {
  sheet: "花名册",
  is_alone: false,
  header_row: 2,
  rows: [
    { row_no: 1, cells: ["某某单位名单"] },
    { row_no: 2, cells: ["工号", "员工", "证件"] },
    { row_no: 3, cells: ["1", "张三", "370202199001010018"] },
  ],
  fields: [
    { field: "name", title: "参保人姓名", required: true },
    { field: "number", title: "身份证号", required: true },
    { field: "mobile", title: "手机号", required: false },
  ],
  columns: { number: 2 },
};

async function shown(answers: Record<string, unknown> = {}, answeredSheet = "") {
  const calls = answering({ [`GET ${COLUMNS}`]: QUESTION, ...answers });
  const dialog = mount(ColumnsDialog, {
    props: { number: NUMBER, batch: WAITING, answeredSheet },
    attachTo: document.body,
  });
  await settled();
  const choose = async (column: number, field: string) =>
    dialog.findAll("select")[column]?.setValue(field);
  const confirm = dialog.find(".el-dialog__footer .el-button--primary");
  return { calls, dialog, choose, confirm };
}

type Dialog = Awaited<ReturnType<typeof shown>>["dialog"];

function buttonOf(dialog: Dialog, words: string) {
  return dialog.findAll(".el-dialog__footer button").find((one) => one.text() === words);
}

function refusal(status: number, code: string, detail: string, field?: string) {
  return Response.json({ code, detail, status, ...(field ? { field } : {}) }, { status });
}

test("the first rows are shown with what is known, and what is still needed is said", async () => {
  const { dialog, confirm } = await shown();
  expect(dialog.text()).toContain("工作表：花名册");
  expect(dialog.text()).toContain("2026-11-29 09:00");
  expect(dialog.findAll("tbody tr")).toHaveLength(3);
  expect(dialog.findAll("select").map((one) => one.element.value)).toEqual(["", "", "number"]);
  expect(dialog.find("label span").text()).toBe("A 列");
  expect(dialog.find("option[value=name]").text()).toBe("姓名（必需）");
  expect(dialog.find("option[value=mobile]").text()).toBe("手机号");
  expect(dialog.find<HTMLInputElement>("input[value='2']").element.checked).toBe(true);
  expect(dialog.find("[role=status]").text()).toBe("还需要指定：姓名。");
  expect(confirm.attributes("disabled")).toBeDefined();
});

test("what was chosen is sent, and the question is over", async () => {
  const { calls, dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: Response.json({ ...WAITING, state: "queued" }, { status: 202 }),
  });
  await choose(1, "name");
  await choose(0, "mobile");
  await choose(0, "");
  await dialog.find("input[value='3']").setValue(true);
  await dialog.find("input[value='0']").setValue(true);
  await confirm.trigger("click");
  await settled();
  expect(calls.at(-1)).toEqual({
    call: `PUT ${COLUMNS}`,
    body: { sheet: "花名册", header_row: 0, columns: { number: 2, name: 1 }, is_list: true },
  });
  expect(dialog.emitted("answered")).toEqual([["花名册"]]);
});

test("what is refused of one column is said above it", async () => {
  const { dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: refusal(422, "column_unknown", "没有这一列，请重新选择。", "columns.name"),
  });
  await choose(1, "name");
  await confirm.trigger("click");
  await settled();
  const heads = dialog.findAll("thead th");
  expect(heads[2]?.text()).toContain("没有这一列");
  expect(heads[2]?.find("select").attributes("aria-invalid")).toBe("true");
  expect(heads[3]?.find("select").attributes("aria-invalid")).toBe("false");
  expect(dialog.emitted("answered")).toBeUndefined();
});

test.each([
  ["header_row_person", "第 2 行像是参保人员：请选择标题所在的行，或“没有标题行”。"],
  ["header_row_unknown", "文件中没有这一行，请重新选择标题行。"],
])("a row that cannot be the titles is refused at the row: %s", async (code, detail) => {
  const { dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: refusal(422, code, detail, "header_row"),
  });
  await choose(1, "name");
  await confirm.trigger("click");
  await settled();
  const row = dialog.find<HTMLInputElement>("input[value='2']");
  const reason = row.attributes("aria-describedby") ?? "";
  expect(document.getElementById(reason)?.textContent).toBe(detail);
  expect(document.activeElement).toBe(row.element);
  expect(dialog.findAll("[role=alert]").map((one) => one.text())).toEqual([detail]);
  expect(dialog.emitted("answered")).toBeUndefined();
  await dialog.find("input[value='0']").setValue(true);
  expect(dialog.find("[role=alert]").exists()).toBe(false);
});

test.each([
  ["column_without_numbers", "该列中没有证件号码，请重新选择。", "number", 2],
  ["column_without_names", "该列中没有姓名，请重新选择。", "name", 1],
])("a column that cannot hold what it is to hold is refused there: %s", async (...of) => {
  const [code, detail, field, column] = of;
  const { dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: refusal(422, code, detail, `columns.${field}`),
  });
  await choose(1, "name");
  await confirm.trigger("click");
  await settled();
  expect(dialog.findAll("[role=alert]").map((one) => one.text())).toEqual([detail]);
  expect(document.activeElement).toBe(dialog.findAll("select")[column]?.element);
  expect(dialog.emitted("answered")).toBeUndefined();
  await choose(0, "mobile");
  expect(dialog.find("[role=alert]").exists()).toBe(false);
});

test("a refusal about a column that nobody chose is said above them", async () => {
  const { dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: refusal(
      422,
      "column_missing",
      "请指定“手机号”在哪一列。",
      "columns.mobile",
    ),
  });
  await choose(1, "name");
  await confirm.trigger("click");
  await settled();
  expect(dialog.find(".el-alert[role=alert]").text()).toContain("请指定“手机号”在哪一列。");
});

test("that another sheet is asked for than before is said", async () => {
  const { dialog } = await shown({}, "甲");
  expect(dialog.text()).toContain("工作表“花名册”还有列未指定。");
});

test("that the answer is remembered is said", async () => {
  expect((await shown()).dialog.text()).toContain("下次导入同样的表格时不再询问");
});

test("a file that was decided elsewhere shows what became of it", async () => {
  const { dialog, choose, confirm } = await shown({
    [`PUT ${COLUMNS}`]: refusal(409, "columns_not_asked", "该文件已不再等待指定列。"),
  });
  await choose(1, "name");
  await confirm.trigger("click");
  await settled();
  expect(dialog.find("[role=alert]").text()).toContain("已不再等待");
  await dialog.setProps({ batch: { ...FINISHED, has_failed_rows: false } });
  expect(dialog.text()).toContain("“参保人员.xlsx”已导入。");
  expect(dialog.find("select").exists()).toBe(false);
  expect(dialog.findAll(".el-dialog__footer button").map((one) => one.text())).toEqual(["关闭"]);
});

/** Say that the sheet is no list, and confirm that or not. */
async function skip(dialog: Dialog, sure: boolean) {
  await buttonOf(dialog, SKIP)?.trigger("click");
  await settled();
  const question = [...document.querySelectorAll(".el-message-box")].at(-1);
  expect(question?.textContent).toContain("不会导入工作表“花名册”中的任何内容");
  const answer = sure ? ".el-button--primary" : ".el-message-box__btns button:first-child";
  question?.querySelector<HTMLElement>(answer)?.click();
  await settled();
}

test("a sheet that is no list is skipped after a question, whatever columns are known", async () => {
  const { calls, dialog } = await shown({
    [`PUT ${COLUMNS}`]: Response.json({ ...WAITING, state: "queued" }, { status: 202 }),
  });
  await skip(dialog, false);
  expect(calls.map(({ call }) => call)).not.toContain(`PUT ${COLUMNS}`);
  await skip(dialog, true);
  expect(calls).toContainEqual({
    call: `PUT ${COLUMNS}`,
    body: { sheet: "花名册", header_row: 2, is_list: false },
  });
  expect(dialog.emitted("answered")).toEqual([["花名册"]]);
});

test("the only sheet of a file cannot be skipped", async () => {
  const { dialog } = await shown({ [`GET ${COLUMNS}`]: { ...QUESTION, is_alone: true } });
  expect(buttonOf(dialog, SKIP)).toBeUndefined();
  expect(buttonOf(dialog, "放弃该文件")).toBeDefined();
});

test("why a sheet is not skipped is said of its button", async () => {
  const { dialog } = await shown({
    [`PUT ${COLUMNS}`]: refusal(422, "no_list_left", "请放弃该文件。", "is_list"),
  });
  expect(buttonOf(dialog, SKIP)?.attributes("aria-describedby")).toBeUndefined();
  await skip(dialog, true);
  const reason = buttonOf(dialog, SKIP)?.attributes("aria-describedby") ?? "";
  expect(document.getElementById(reason)?.textContent).toBe("请放弃该文件。");
  expect(dialog.emitted("answered")).toBeUndefined();
});

test("a file is given up only after a question", async () => {
  const { calls, dialog } = await shown({
    [`DELETE ${COLUMNS}`]: { ...WAITING, state: "failed" },
  });
  const [giveUp] = dialog.findAll(".el-dialog__footer button");
  await giveUp?.trigger("click");
  await settled();
  const question = [...document.querySelectorAll(".el-message-box")].at(-1);
  expect(question?.textContent).toContain("“参保人员.xlsx”中的人员不会进入清单");
  expect(calls.map(({ call }) => call)).not.toContain(`DELETE ${COLUMNS}`);
  question?.querySelector<HTMLElement>(".el-button--primary")?.click();
  await settled();
  expect(calls.map(({ call }) => call)).toContain(`DELETE ${COLUMNS}`);
  expect(dialog.emitted("givenUp")).toHaveLength(1);
});
