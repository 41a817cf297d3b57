// Which roles people have, and what of the tree of offices each belongs to.

import type { Schemas } from "@/api/client";

export type Role = Schemas["Role"];

export const ROLES = [
  "operator",
  "agency_reviewer",
  "office_reviewer",
  "finance",
  "administrator",
  "auditor",
] as const satisfies readonly Role[];

export interface Place {
  role: Role;
  agency_id: string;
  unit_id: string;
}

/** Give a place as the server takes it: an operator's agency is the unit's, others have neither. */
export function placeOf({ role, agency_id, unit_id }: Place) {
  return {
    role,
    agency_id: role === "agency_reviewer" ? agency_id.trim() || null : null,
    unit_id: role === "operator" ? unit_id.trim() || null : null,
  };
}
