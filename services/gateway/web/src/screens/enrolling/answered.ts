// A file of several unknown sheets asks for one after the other.

import type { Batch } from "./batch-rows";

/** An answer about columns: of which sheet, and the batch as it was asked about. */
export interface Answered {
  readonly sheet: string;
  readonly batch: Batch;
}

/** Give the sheet that was answered when a batch waits for another one; empty when it does not. */
export function answeredSheetOf(answered: Answered | null, batch: Batch): string {
  if (answered?.batch.import_id !== batch.import_id || batch.state !== "needs_columns") return "";
  // Each question has a time of its own; the old one is shown until the batch is read again.
  return batch.columns_until === answered.batch.columns_until ? "" : answered.sheet;
}
