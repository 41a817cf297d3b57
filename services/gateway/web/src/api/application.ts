// One application with its roster, billing and papers, kept up to date while it is on the screen.

import { useQuery } from "@pinia/colada";

import { client, tagged, type Schemas } from "./client";
import { keys } from "./stale";

export type Application = Schemas["WholeApplication"];
export type Line = Schemas["LineAnswer"];

/** Read it as it is now, with its ETag. */
export function readApplication(number: string): Promise<{ data: Application; tag: string }> {
  return tagged(
    client.GET("/api/v1/applications/{application_no}", { params: { path: { application_no: number } } }),
  );
}

export function useApplication(number: () => string) {
  return useQuery({
    key: () => [keys.application, number()],
    query: async () => (await readApplication(number())).data,
  });
}
