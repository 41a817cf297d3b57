// The print registry: who printed a paper, and when.

import { answer, client, type Schemas } from "./client";

export type Taking = Schemas["NamedTaking"];
export type PrintedKind = "payment_notice" | "confirmation";

/** Read a page of it, newest first. */
export function readTakings(
  kind: PrintedKind,
  number: string,
  cursor?: string,
): Promise<Schemas["TakingsPage"]> {
  const query = cursor === undefined ? {} : { cursor: Number(cursor) };
  return answer(
    kind === "confirmation"
      ? client.GET("/api/v1/confirmations/{confirmation_no}/prints", {
          params: { path: { confirmation_no: number }, query },
        })
      : client.GET("/api/v1/payment-notices/{application_no}/prints", {
          params: { path: { application_no: number }, query },
        }),
  );
}
