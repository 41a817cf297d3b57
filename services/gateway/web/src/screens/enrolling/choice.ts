// Which plans an application is to have: a plan stands once, with as many shares as its rules allow.

import type { Schemas } from "@/api/client";

export type Plan = Schemas["Plan"];

export interface Choice {
  newEmployment: boolean;
  lines: { plan: string; shares: number }[];
}

/** Give the plans that can still be added. */
export function addable(plans: readonly Plan[], choice: Choice): Plan[] {
  return plans.filter(({ code }) => choice.lines.every(({ plan }) => plan !== code));
}

/** Add a plan with one share, unless it stands there already. */
export function add(choice: Choice, code: string): void {
  if (choice.lines.every(({ plan }) => plan !== code)) choice.lines.push({ plan: code, shares: 1 });
}

export function remove(choice: Choice, code: string): void {
  choice.lines = choice.lines.filter(({ plan }) => plan !== code);
}
