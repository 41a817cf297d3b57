import { expect, test } from "vitest";

import { asCsv, type FailedRow } from "./correcting";

const row = (over: Partial<FailedRow>): FailedRow => ({
  name: "张三",
  number: "370202199001010018",
  mobile: "",
  document_kind: "",
  occupation_class: "",
  remark: "",
  sex: "",
  birth_date: "",
  why: "证件号码不正确",
  sheet: "",
  row_no: 2,
  ...over,
});

test("corrected rows go back under the template's titles, without the reasons", () => {
  expect(asCsv([row({})])).toBe(
    "\uFEFF参保人姓名,身份证号,手机号,证件类型,职业类别,备注,性别,出生日期\r\n张三,370202199001010018,,,,,,\r\n",
  );
});

test("what people write does not break the file", () => {
  expect(asCsv([row({ remark: '一车间, "夜班"\n二组' })])).toContain('"一车间, ""夜班""\n二组"');
});
