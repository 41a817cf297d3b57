// One application with its roster, billing and papers.

import { client, tagged, type Schemas } from "./client";

export type Application = Schemas["WholeApplication"];
export type Line = Schemas["LineAnswer"];

/** Read it as it is now, with its ETag. */
export function readApplication(number: string): Promise<{ data: Application; tag: string }> {
  return tagged(
    client.GET("/api/v1/applications/{application_no}", {
      params: { path: { application_no: number } },
    }),
  );
}
