// One person in full: read when somebody looks at it, noted in the audit trail, kept nowhere.

import { answer, client } from "./client";

/** Give the query of one person; it is asked for once each time that it is opened. */
export function personInFull(number: string, plan: string, person: number) {
  return {
    key: ["person", number, plan, person],
    query: () =>
      answer(
        client.GET("/api/v1/applications/{application_no}/lines/{plan}/persons/{person_id}", {
          params: { path: { application_no: number, plan, person_id: person } },
        }),
      ),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  } as const;
}
