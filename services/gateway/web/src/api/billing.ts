// One billing: what is due, its invoices and payments.

import { useQuery } from "@pinia/colada";

import { client, tagged, type Schemas } from "./client";
import { keys } from "./stale";

export type Billing = Schemas["BillingAnswer"];
export type Invoice = Schemas["InvoiceAnswer"];
export type NewInvoice = Schemas["NewInvoice"];

/** Read it as it is now, with its ETag. */
export function readBilling(number: string): Promise<{ data: Billing; tag: string }> {
  return tagged(
    client.GET("/api/v1/billings/{application_no}", { params: { path: { application_no: number } } }),
  );
}

export function useBilling(number: () => string) {
  return useQuery({
    key: () => [keys.billings, number()],
    query: async () => (await readBilling(number())).data,
  });
}
