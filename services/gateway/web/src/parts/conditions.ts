// What lists of applications, and of what is due for them, are searched by.

import type { Schemas } from "@/api/client";
import { given } from "@/api/filters";

type Kind = Schemas["Kind"];
export const KINDS: readonly Kind[] = ["enrollment", "renewal", "back_payment"];

export const anyApplication = {
  number: "",
  unit: "",
  plan: "",
  kind: "" as Kind | "",
  entered: null as [string, string] | null,
};
export type ApplicationConditions = typeof anyApplication;

/** Write them as the API takes them. */
export function asFilters({ number, unit, plan, kind, entered }: ApplicationConditions) {
  return given({
    number,
    unit,
    plan,
    kind: kind || undefined,
    entered_from: entered?.[0],
    entered_to: entered?.[1],
  });
}
