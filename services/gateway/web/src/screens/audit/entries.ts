// What the entries of the audit trail are made of.

import type { Schemas } from "@/api/client";
import texts from "@/texts/zh/audit.json";

/** All actions that have a name, in the order of the work. */
export const ACTIONS: readonly string[] = Object.entries(texts.actions).flatMap(([thing, done]) =>
  Object.keys(done).map((one) => `${thing}.${one}`),
);

/** The outcomes, and how each looks. */
export const OUTCOMES = {
  done: "success",
  refused: "warning",
  failed: "danger",
  unknown: "info",
} as const satisfies Record<Schemas["Outcome"], string>;

const OPERATOR = "operator:";

export interface Actor {
  readonly kind: "account" | "operator" | "nobody";
  readonly name: string;
}

/** Say whose entry it is: an account's, of who runs the system, of nobody who is known. */
export function actorOf({
  account_id,
  name,
}: Pick<Schemas["AuditEntry"], "account_id" | "name">): Actor {
  if (account_id === "") return { kind: "nobody", name: "" };
  if (account_id.startsWith(OPERATOR))
    return { kind: "operator", name: account_id.slice(OPERATOR.length) };
  return { kind: "account", name: name ?? account_id };
}

/** Numbers of a subject that are shown; a batch of papers has hundreds. */
const SHOWN = 3;

/** Give the first numbers of a subject that has many, and how many there are; null for a few. */
export function shortened(subject: string): { first: string; count: number } | null {
  const numbers = subject.split(",");
  if (numbers.length <= SHOWN) return null;
  return { first: numbers.slice(0, SHOWN).join(","), count: numbers.length };
}
