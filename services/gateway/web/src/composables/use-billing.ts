// One billing, kept up to date while it is on the screen.

import { useQuery } from "@pinia/colada";

import { readBilling } from "@/api/billing";
import { keys } from "@/api/stale";

export function useBilling(number: () => string) {
  return useQuery({
    key: () => [keys.billings, number()],
    query: async () => (await readBilling(number())).data,
  });
}
