// One billing: what is due, its invoices and payments.

import { useQuery } from "@pinia/colada";

import { answer, client, type Schemas } from "./client";
import { keys } from "./stale";

export type Billing = Schemas["BillingAnswer"];
export type Invoice = Schemas["InvoiceAnswer"];
export type NewInvoice = Schemas["NewInvoice"];

export function useBilling(number: () => string) {
  return useQuery({
    key: () => [keys.billings, number()],
    query: () =>
      answer(
        client.GET("/api/v1/billings/{application_no}", {
          params: { path: { application_no: number() } },
        }),
      ),
  });
}
