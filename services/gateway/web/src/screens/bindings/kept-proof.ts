// The proof of a mobile, kept for this tab: a reload goes on, another tab proves its own.

const KEPT = "binding-proof";

/** Give the proof of before a reload; empty when there is none. */
export function keptProof(): string {
  return sessionStorage.getItem(KEPT) ?? "";
}

export function keepProof(proof: string): void {
  sessionStorage.setItem(KEPT, proof);
}

export function forgetProof(): void {
  sessionStorage.removeItem(KEPT);
}
