// Failed rows corrected on the screen go back as a file of their own: the same rules check them.

import type { Schemas } from "@/api/client";

export type FailedRow = Schemas["FailedRow"];
type Field = Exclude<keyof FailedRow, "why" | "sheet" | "row_no">;

/** The template's titles, by which the import knows the columns. */
const TITLES: Record<Field, string> = {
  name: "参保人姓名",
  number: "身份证号",
  mobile: "手机号",
  document_kind: "证件类型",
  occupation_class: "职业类别",
  remark: "备注",
  sex: "性别",
  birth_date: "出生日期",
};
export const FIELDS = Object.keys(TITLES) as Field[];

/** Write rows as CSV (UTF-8 with its mark, so that every program reads it as Chinese). */
export function asCsv(rows: readonly FailedRow[]): string {
  const lines = rows.map((row) => FIELDS.map((field) => quoted(row[field])).join(","));
  return `\uFEFF${[Object.values(TITLES).join(","), ...lines].join("\r\n")}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
