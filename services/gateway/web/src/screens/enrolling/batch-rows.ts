// A batch as the guide's list shows it: a row for each plan that its file was for.

import type { Schemas } from "@/api/client";

export type Batch = Schemas["ImportAnswer"];

/** What is opened about a batch. */
export type BatchDialog = "failures" | "columns" | "warnings";

export interface BatchRow {
  readonly key: string;
  readonly plan: string;
  readonly file_type: string;
  readonly file_name: string;
  /** Nothing while nobody knows which rows are persons. */
  readonly total: number | "";
  /** Nothing before the file is read, or when it could not be. */
  readonly succeeded: number | "";
  readonly failed: number | "";
  readonly imported_at: string;
  /** In its first row only: what there is to do about it is the whole file's. */
  readonly batch: Batch | null;
}

export function rowsOf(batch: Batch): BatchRow[] {
  return Object.entries(batch.plan_names).map(([code, plan], index) => {
    const line = batch.lines.find(({ plan_code }) => plan_code === code);
    return {
      key: `${batch.import_id}/${code}`,
      plan,
      file_type: batch.file_type,
      file_name: batch.file_name,
      total: batch.state === "needs_columns" ? "" : batch.total,
      succeeded: line?.succeeded ?? "",
      failed: line?.failed ?? "",
      imported_at: batch.created_at,
      batch: index === 0 ? batch : null,
    };
  });
}
