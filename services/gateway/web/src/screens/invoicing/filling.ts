// An invoice while it is filled in: lines of persons × average price, within what remains.

import type { Billing, Invoice, NewInvoice } from "@/api/billing";
import { amountOf, fenOf, sum, times } from "@/format/money";

export interface FilledLine {
  plan: string;
  persons: number | undefined;
  unit_price: string;
  remark: string;
}

export interface Filled {
  funding_source: NewInvoice["funding_source"] | "";
  title: string;
  tax_no_kind: "credit_code" | "other";
  tax_no: string;
  email: string;
  other: string;
  lines: FilledLine[];
}

export const LONGEST = 40;

/** Begin a new invoice, or take up a draft. */
export function begun(invoice?: Invoice): Filled {
  return {
    funding_source: invoice?.funding_source ?? "",
    title: invoice?.title ?? "",
    tax_no_kind: invoice?.tax_no_kind ?? "credit_code",
    tax_no: invoice?.tax_no ?? "",
    email: invoice?.email ?? "",
    other: invoice?.other ?? "",
    lines: invoice?.lines.map((line) => ({ ...line })) ?? [],
  };
}

export function amountOfLine(line: FilledLine): string {
  return line.persons === undefined ? "" : times(line.unit_price, line.persons);
}

export function totalOf(filled: Filled): string {
  return sum(filled.lines.map(amountOfLine).filter((amount) => amount !== ""));
}

/** What a line may come to: what remains, and what this draft holds of it already. */
export function roomFor(plan: string, billing: Billing, invoice?: Invoice): string {
  const remaining = billing.lines.find((line) => line.plan_code === plan)?.remaining ?? "0.00";
  const held = invoice?.lines.find((line) => line.plan === plan);
  return held ? sum([remaining, times(held.unit_price, held.persons)]) : remaining;
}

/** Choose a plan: everybody of the line, at the price that takes all that is left if it is even. */
export function lineFor(plan: string, billing: Billing, invoice?: Invoice): FilledLine {
  const persons = billing.lines.find((line) => line.plan_code === plan)?.persons;
  const room = fenOf(roomFor(plan, billing, invoice)) ?? 0n;
  const even = persons && persons > 0 && room % BigInt(persons) === 0n && room > 0n;
  return { plan, persons, unit_price: even ? amountOf(room / BigInt(persons)) : "", remark: "" };
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
}

export function isAmount(text: string): boolean {
  return (fenOf(text) ?? 0n) > 0n;
}

/** Say whether a line comes to no more than what there is room for; one that is not filled in does. */
export function fits(line: FilledLine, billing: Billing, invoice?: Invoice): boolean {
  return (fenOf(amountOfLine(line)) ?? 0n) <= (fenOf(roomFor(line.plan, billing, invoice)) ?? 0n);
}

/** Write the price as the API has it. */
export function sendable(filled: Filled): NewInvoice {
  return {
    ...filled,
    funding_source: filled.funding_source || "union_funds",
    tax_no_kind: filled.tax_no.trim() ? filled.tax_no_kind : null,
    lines: filled.lines.map((line) => ({
      ...line,
      persons: line.persons ?? 0,
      unit_price: amountOf(fenOf(line.unit_price) ?? 0n),
    })),
  };
}
