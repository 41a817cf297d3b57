// What a registration's form holds, the proof beside it, and how both stay over a reload.

import type { Schemas } from "@/api/client";

export type Registration = Schemas["RegistrationAnswer"];
export type Agency = Schemas["AgencyAnswer"];
export type FormField = Schemas["FormField"];

export interface Draft {
  unit_name: string;
  kind: string;
  credit_code: string;
  union_name: string;
  secret: boolean;
  district_code: string;
  agency_id: string;
  address: string;
  contact_name: string;
  office_phone: string;
}

export const EMPTY: Draft = {
  unit_name: "",
  kind: "",
  credit_code: "",
  union_name: "",
  secret: false,
  district_code: "",
  agency_id: "",
  address: "",
  contact_name: "",
  office_phone: "",
};

/** What a stranger has proved and typed; pictures are not kept. */
export interface Kept {
  readonly proof: string;
  readonly mobile: string;
  readonly draft: Draft;
  /** The registration that is being corrected; empty for a new one. */
  readonly correcting: string;
}

const PLACE = "registration";

/** Give what this tab keeps; null when nothing, or nothing that can be read. */
export function kept(storage: Storage): Kept | null {
  try {
    const found = JSON.parse(storage.getItem(PLACE) ?? "null") as Partial<Kept> | null;
    if (!found) return null;
    return {
      proof: found.proof ?? "",
      mobile: found.mobile ?? "",
      draft: { ...EMPTY, ...found.draft },
      correcting: found.correcting ?? "",
    };
  } catch {
    return null;
  }
}

/** Keep it in this tab until it is closed. */
export function keep(storage: Storage, what: Kept): void {
  storage.setItem(PLACE, JSON.stringify(what));
}

/** Give the form as a registration was filled in. */
export function draftOf(registration: Registration): Draft {
  return {
    unit_name: registration.unit_name,
    kind: registration.kind,
    credit_code: registration.credit_code,
    union_name: registration.union_name,
    secret: registration.secret,
    district_code: registration.district_code ?? "",
    agency_id: registration.agency_id,
    address: registration.address,
    contact_name: registration.contact_name,
    office_phone: registration.office_phone,
  };
}

/** Give the agency that a district belongs to: by its county, else its city, else its province. */
export function agencyFor(district: string, agencies: readonly Agency[]): string {
  let [found, longest] = ["", 0];
  for (const { office_id, districts } of agencies) {
    for (const code of districts) {
      const prefix = code.replace(/(0000|00)$/, "");
      if (district.startsWith(prefix) && prefix.length > longest)
        [found, longest] = [office_id, prefix.length];
    }
  }
  return found;
}

/** Give the agencies that may be chosen for a district: those of the office that it belongs to. */
export function agenciesFor(district: string, agencies: readonly Agency[]): readonly Agency[] {
  const responsible = agencies.find(({ office_id }) => office_id === agencyFor(district, agencies));
  return responsible
    ? agencies.filter(({ parent_id }) => parent_id === responsible.parent_id)
    : agencies;
}
