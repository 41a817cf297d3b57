// Which column of a sheet holds which field, as it is being said.

import type { Schemas } from "@/api/client";

export type Question = Schemas["ColumnsQuestion"];
type Field = Question["fields"][number];
/** The column of each field that has one. */
export type Columns = Readonly<Record<string, number>>;

/** Give the letters that spreadsheets call a column by: A, B … Z, AA. */
export function lettersOf(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? lettersOf(rest - 1) : "") + String.fromCharCode(65 + (column % 26));
}

/** Give how many columns there are: rows may be of different lengths. */
export function widthOf({ rows, columns }: Pick<Question, "rows" | "columns">): number {
  const told = Object.values(columns).map((column) => column + 1);
  return Math.max(0, ...rows.map(({ cells }) => cells.length), ...told);
}

/** Give the field that a column holds; empty when it is not used. */
export function fieldAt(columns: Columns, column: number): string {
  return Object.keys(columns).find((field) => columns[field] === column) ?? "";
}

/** Say what a column holds: a field is in one column, and a column holds one field. */
export function place(columns: Columns, column: number, field: string): Columns {
  const others = Object.entries(columns).filter(([one, at]) => one !== field && at !== column);
  return Object.fromEntries(field === "" ? others : [...others, [field, column]]);
}

/** Give the required fields that have no column yet. */
export function missingIn(columns: Columns, fields: readonly Field[]): Field[] {
  return fields.filter(({ field, required }) => required && !(field in columns));
}
