import { expect, test } from "vitest";

import { amountOf, fenOf, isNothing, shownMoney, sum, times } from "./money";

test("what is counted is written as it was, whatever the amount", () => {
  for (let i = 0; i < 2000; i++) {
    const fen = BigInt(Math.floor((Math.random() - 0.5) * 2e15));
    expect(fenOf(amountOf(fen))).toBe(fen);
  }
});

test("large sums get separators and lose nothing", () => {
  expect(shownMoney("9473755.20")).toBe("9,473,755.20");
  expect(shownMoney("90071992547409931.01")).toBe("90,071,992,547,409,931.01");
  expect(shownMoney("0.00")).toBe("0.00");
  expect(shownMoney("-1234.5")).toBe("-1,234.50");
});

test("sums and products are exact where floats are not", () => {
  expect(sum(["0.10", "0.20"])).toBe("0.30");
  expect(sum([])).toBe("0.00");
  expect(times("1.15", 3)).toBe("3.45");
  expect(times("95.00", 25)).toBe("2375.00");
});

test("what is no amount is nobody's money", () => {
  for (const text of ["", "一百", "1.234", "1e3", "--1", "1,23", "12,34.00", ",123"])
    expect(fenOf(text)).toBeUndefined();
  expect(times("1.00", 0.5)).toBe("");
  expect(isNothing("0.00")).toBe(true);
  expect(isNothing("0.01")).toBe(false);
});

test("what is typed in full width or copied from a page is understood", () => {
  expect(fenOf("１２．５")).toBe(1250n);
  expect(fenOf(" 9,473,755.20 ")).toBe(947_375_520n);
});
