// What the rows of a file are: none of them is left out silently.

import type { Schemas } from "@/api/client";

type RowCounts = Schemas["RowCounts"];
export type RowKind = keyof RowCounts;

const KINDS: readonly RowKind[] = [
  "taken",
  "refused",
  "title",
  "total",
  "footer",
  "example",
  "empty",
];

/** Give the kinds of which there are rows, in the order in which they are said, and how many. */
export function kindsOf(rows: RowCounts): { kind: RowKind; count: number }[] {
  return KINDS.map((kind) => ({ kind, count: rows[kind] })).filter(({ count }) => count > 0);
}

/** Give how many rows there are. */
export function allOf(rows: RowCounts): number {
  return KINDS.reduce((all, kind) => all + rows[kind], 0);
}
