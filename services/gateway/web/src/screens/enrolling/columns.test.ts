import { expect, test } from "vitest";

import { fieldAt, lettersOf, missingIn, place, widthOf } from "./columns";

test("columns are called as spreadsheets call them", () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(lettersOf)).toEqual([
    "A",
    "Z",
    "AA",
    "AZ",
    "BA",
    "ZZ",
    "AAA",
  ]);
});

test("there are as many columns as the longest row has, and as are known", () => {
  const rows = [
    { row_no: 1, cells: ["名单"] },
    { row_no: 2, cells: ["甲", "乙", "丙"] },
  ];
  expect(widthOf({ rows, columns: {} })).toBe(3);
  expect(widthOf({ rows, columns: { mobile: 4 } })).toBe(5);
  expect(widthOf({ rows: [], columns: {} })).toBe(0);
});

test("a field that is said to be elsewhere moves, and a column holds one field only", () => {
  const columns = { name: 0, number: 1 };
  expect(place(columns, 2, "name")).toEqual({ name: 2, number: 1 });
  expect(place(columns, 1, "name")).toEqual({ name: 1 });
  expect(place(columns, 1, "")).toEqual({ name: 0 });
  expect(place(columns, 3, "")).toEqual(columns);
  expect(fieldAt(columns, 1)).toBe("number");
  expect(fieldAt(columns, 2)).toBe("");
});

test("what is still missing are required fields only", () => {
  const fields = [
    { field: "name", title: "参保人姓名", required: true },
    { field: "number", title: "身份证号", required: true },
    { field: "mobile", title: "手机号", required: false },
  ];
  const named = (columns: Record<string, number>) =>
    missingIn(columns, fields).map(({ field }) => field);
  expect(named({})).toEqual(["name", "number"]);
  expect(named({ name: 0, mobile: 1 })).toEqual(["number"]);
  expect(named({ name: 0, number: 2 })).toEqual([]);
});
