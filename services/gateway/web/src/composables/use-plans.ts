// The plans on offer.

import { useQuery } from "@pinia/colada";

import { answer, client } from "@/api/client";

export function usePlans() {
  return useQuery({ key: ["plans"], query: () => answer(client.GET("/api/v1/plans")) });
}
