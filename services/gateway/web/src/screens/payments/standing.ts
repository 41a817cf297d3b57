// How far the money of a billing is.

import type { Schemas } from "@/api/client";

type Payment = Schemas["PaymentAnswer"];

/** Give the payment that counts: what was reversed does not. */
export function counting(payments: readonly Payment[]): Payment | undefined {
  return payments.find(({ state }) => state !== "reversed");
}

export function standing(payments: readonly Payment[]): "awaited" | "received" | "confirmed" {
  const payment = counting(payments);
  if (!payment) return "awaited";
  return payment.state === "confirmed" ? "confirmed" : "received";
}
