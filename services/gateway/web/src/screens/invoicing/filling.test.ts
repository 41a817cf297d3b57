import { expect, test } from "vitest";

import type { Billing, Invoice } from "@/api/billing";
import {
  amountOfLine,
  begun,
  fits,
  isAmount,
  isEmail,
  lineFor,
  roomFor,
  sendable,
  totalOf,
} from "./filling";

/** Case B of the guide: 25.00 × 2 shares × 8 women = 400.00. */
const billing = (remaining: string) =>
  ({ lines: [{ plan_code: "NGTB", persons: 8, remaining }] }) as unknown as Billing;

const line = (persons: number, price: string) => ({
  plan: "NGTB",
  persons,
  unit_price: price,
  remark: "",
});
const filled = (persons: number, price: string) => ({
  ...begun(),
  funding_source: "union_funds" as const,
  title: "青岛示例单位工会委员会",
  email: "operator@example.org",
  lines: [line(persons, price)],
});

test("case B: 80.00 from the union, then 320.00 from the members, leave nothing", () => {
  const first = filled(8, "10");
  expect(totalOf(first)).toBe("80.00");
  expect(fits(line(8, "10"), billing("400.00"))).toBe(true);
  expect(sendable(first).lines[0]?.unit_price).toBe("10.00");
  expect(lineFor("NGTB", billing("320.00"))).toMatchObject({ persons: 8, unit_price: "40.00" });
});

test("more than what remains is said before it is sent, to the 分", () => {
  expect(fits(line(8, "40.00"), billing("320.00"))).toBe(true);
  expect(fits(line(8, "40.01"), billing("320.00"))).toBe(false);
});

test("a draft that is taken up may use what it holds itself", () => {
  const invoice = {
    lines: [{ plan: "NGTB", persons: 8, unit_price: "10.00", remark: "" }],
  } as unknown as Invoice;
  expect(roomFor("NGTB", billing("320.00"), invoice)).toBe("400.00");
  expect(fits(line(8, "50.00"), billing("320.00"), invoice)).toBe(true);
});

test("an uneven remainder is left to whoever fills it in", () => {
  expect(lineFor("NGTB", billing("100.01")).unit_price).toBe("");
  expect(amountOfLine({ plan: "NGTB", persons: undefined, unit_price: "1.00", remark: "" })).toBe(
    "",
  );
});

test("a price is an amount above nothing", () => {
  expect(["10", "0.01", " 1,000.00 "].filter(isAmount)).toHaveLength(3);
  expect(["", "0.00", "-1", "1.005", "一元"].filter(isAmount)).toEqual([]);
});

test("a receipt goes to an address that mail can have", () => {
  expect(isEmail(" operator@example.org ")).toBe(true);
  expect(["", "operator", "operator@example", "a b@example.org"].filter(isEmail)).toEqual([]);
});
