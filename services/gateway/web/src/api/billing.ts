// One billing: what is due, its invoices and payments.

import { client, tagged, type Schemas } from "./client";

export type Billing = Schemas["BillingAnswer"];
export type Invoice = Schemas["InvoiceAnswer"];
export type NewInvoice = Schemas["NewInvoice"];

/** Read it as it is now, with its ETag. */
export function readBilling(number: string): Promise<{ data: Billing; tag: string }> {
  return tagged(
    client.GET("/api/v1/billings/{application_no}", {
      params: { path: { application_no: number } },
    }),
  );
}
