import { expect, test } from "vitest";

import type { Billing, Invoice } from "@/api/billing";
import { amountOfLine, begun, faultsOf, lineFor, roomFor, sendable, totalOf } from "./filling";

/** Case B of the guide: 25.00 × 2 shares × 8 women = 400.00. */
const billing = (remaining: string) =>
  ({ lines: [{ plan_code: "NGTB", persons: 8, remaining }] }) as unknown as Billing;

const filled = (persons: number, price: string) => ({
  ...begun(),
  funding_source: "union_funds" as const,
  title: "青岛示例单位工会委员会",
  email: "operator@example.org",
  lines: [{ plan: "NGTB", persons, unit_price: price, remark: "" }],
});

test("case B: 80.00 from the union, then 320.00 from the members, leave nothing", () => {
  const first = filled(8, "10");
  expect(totalOf(first)).toBe("80.00");
  expect(faultsOf(first, billing("400.00")).size).toBe(0);
  expect(sendable(first).lines[0]?.unit_price).toBe("10.00");
  expect(lineFor("NGTB", billing("320.00"))).toMatchObject({ persons: 8, unit_price: "40.00" });
});

test("more than what remains is said before it is sent, to the 分", () => {
  expect(faultsOf(filled(8, "40.00"), billing("320.00")).has("room")).toBe(false);
  expect(faultsOf(filled(8, "40.01"), billing("320.00")).has("room")).toBe(true);
});

test("a draft that is taken up may use what it holds itself", () => {
  const invoice = { lines: [{ plan: "NGTB", persons: 8, unit_price: "10.00", remark: "" }] } as unknown as Invoice;
  expect(roomFor("NGTB", billing("320.00"), invoice)).toBe("400.00");
  expect(faultsOf(filled(8, "50.00"), billing("320.00"), invoice).has("room")).toBe(false);
});

test("an uneven remainder is left to whoever fills it in", () => {
  expect(lineFor("NGTB", billing("100.01")).unit_price).toBe("");
  expect(amountOfLine({ plan: "NGTB", persons: undefined, unit_price: "1.00", remark: "" })).toBe("");
});

test("what is missing is named", () => {
  expect([...faultsOf(begun(), billing("1.00"))].sort()).toEqual(["email", "lines", "source", "title"]);
  expect(faultsOf(filled(0, "1.00"), billing("1.00")).has("line")).toBe(true);
  expect(faultsOf(filled(1, "一元"), billing("1.00")).has("line")).toBe(true);
});
