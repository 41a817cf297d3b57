// One application with its roster, billing and papers, kept up to date while it is on the screen.

import { useQuery } from "@pinia/colada";

import { readApplication } from "@/api/application";
import { keys } from "@/api/stale";

export function useApplication(number: () => string) {
  return useQuery({
    key: () => [keys.application, number()],
    query: async () => (await readApplication(number())).data,
  });
}
