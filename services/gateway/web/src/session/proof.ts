// The proof of a mobile, kept for this tab: a reload goes on, another tab proves its own.

import type { Schemas } from "@/api/client";

export interface Proof extends Readonly<Omit<Schemas["ProofAnswer"], "usernames">> {
  readonly mobile: string;
  readonly usernames: readonly string[];
}

const keyOf = (purpose: string) => `proof-${purpose}`;

/** Give the proof of before a reload; null when there is none. */
export function keptProof(purpose: string): Proof | null {
  const kept = sessionStorage.getItem(keyOf(purpose));
  return kept === null ? null : (JSON.parse(kept) as Proof);
}

export function keepProof(purpose: string, proof: Proof): void {
  sessionStorage.setItem(keyOf(purpose), JSON.stringify(proof));
}

export function forgetProof(purpose: string): void {
  sessionStorage.removeItem(keyOf(purpose));
}
