import { expect, test } from "vitest";

import type { Line } from "@/api/application";
import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import { FINISHED } from "./batch-samples";
import FailuresDialog from "./failures-dialog.vue";

const ROW = {
  name: "张三",
  number: "370202199001010019",
  mobile: "",
  document_kind: "",
  occupation_class: "",
  remark: "",
  sex: "",
  birth_date: "",
  why: "证件号码不正确",
  sheet: "",
  row_no: 2,
};

async function shown() {
  const calls = answering({ "GET /api/v1/imports/b1/failures": [ROW, { ...ROW, row_no: 3 }] });
  const lines = [{ plan: "ZYYL-A", plan_name: "住院医疗" } as Line];
  const dialog = mount(FailuresDialog, {
    props: { number: FINISHED.application_no, batch: FINISHED, lines },
  });
  await settled();
  const named = (words: string) => dialog.findAll("button").filter((one) => one.text() === words);
  return { calls, dialog, named };
}

test("when nobody is to be imported again the dialog is closed, and nothing is sent", async () => {
  const { calls, dialog, named } = await shown();
  expect(named("关闭")).toHaveLength(0);
  for (const drop of named("不再导入")) await drop.trigger("click");
  expect(dialog.find("p[role=status]").text()).toContain("没有要重新导入的人员，可以直接关闭");
  await named("关闭")[0]?.trigger("click");
  expect(dialog.emitted("close")).toHaveLength(1);
  expect(calls.map(({ call }) => call)).toEqual(["GET /api/v1/imports/b1/failures"]);
});

test("a row that is not to be imported can be taken back, as it was", async () => {
  const { dialog, named } = await shown();
  await named("不再导入")[0]?.trigger("click");
  expect(named("重新导入（1 人）")).toHaveLength(1);
  expect(dialog.find("input").element.disabled).toBe(true);
  await named("恢复导入")[0]?.trigger("click");
  expect(named("重新导入（2 人）")).toHaveLength(1);
  expect(dialog.find("input").element.value).toBe("张三");
  expect(dialog.find("input").element.disabled).toBe(false);
});
