// The payment that a billing has.

import type { Schemas } from "@/api/client";

type Payment = Schemas["PaymentAnswer"];

/** Give the payment that counts: what was reversed does not. */
export function counting(payments: readonly Payment[]): Payment | undefined {
  return payments.find(({ state }) => state !== "reversed");
}
