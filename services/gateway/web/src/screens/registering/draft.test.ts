import { beforeEach, expect, test } from "vitest";

import { agenciesFor, agencyFor, EMPTY, keep, kept, type Agency } from "./draft";

const agency = (office_id: string, parent_id: string, ...districts: string[]): Agency => ({
  office_id,
  parent_id,
  name: office_id,
  districts,
});
const AGENCIES = [
  agency("001202", "0012", "370203"),
  agency("001201", "0012", "370200"),
  agency("001206", "0012"),
  agency("001301", "0013", "370000"),
];

beforeEach(() => {
  sessionStorage.clear();
});

test.each([
  ["370203", "001202"],
  ["370202", "001201"],
  ["370102", "001301"],
  ["110101", ""],
])("the agency of %s is that of its county, city or province", (district, expected) => {
  expect(agencyFor(district, AGENCIES)).toBe(expected);
});

test("another agency may be chosen in the same office; where nobody is responsible, any", () => {
  const ids = (district: string) => agenciesFor(district, AGENCIES).map((one) => one.office_id);
  expect(ids("370203")).toEqual(["001202", "001201", "001206"]);
  expect(ids("110101")).toHaveLength(4);
});

test("what was typed is there after a reload, and nothing else that lies there", () => {
  expect(kept(sessionStorage)).toBeNull();
  const draft = { ...EMPTY, unit_name: "青岛新来示例单位" };
  keep(sessionStorage, { proof: "p", mobile: "13900000001", draft, correcting: "" });
  expect(kept(sessionStorage)).toEqual({
    proof: "p",
    mobile: "13900000001",
    draft,
    correcting: "",
  });
  sessionStorage.setItem("registration", "not JSON");
  expect(kept(sessionStorage)).toBeNull();
});
