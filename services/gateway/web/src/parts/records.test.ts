import { afterEach, expect, test } from "vitest";

import { mount } from "@/testing/mount";
import Records from "./records.vue";

interface Row {
  number: string;
  amount: string;
}
const FIRST: Row = { number: "A1", amount: "1.00" };
const SECOND: Row = { number: "A2", amount: "2.00" };
const ROWS = [FIRST, SECOND];
const COLUMNS = [
  { key: "number", label: "编号" },
  { key: "amount", label: "金额", right: true },
];

const setWidth = (width: number) => {
  (
    window as unknown as { happyDOM: { setViewport: (to: { width: number }) => void } }
  ).happyDOM.setViewport({ width });
};
afterEach(() => {
  setWidth(1024);
});

function mounted(rows: Row[], chosen: Row[] = []) {
  return mount(Records<Row>, {
    props: {
      rows,
      columns: COLUMNS,
      rowKey: "number",
      empty: "没有记录",
      selectable: true,
      chosen,
    },
    slots: { amount: ({ row }: { row: Row }) => `${row.amount} 元` },
  });
}

test("on a phone each row is a card with the names of its values", () => {
  setWidth(390);
  const list = mounted(ROWS);
  expect(
    list.findAll("li.card").map((card) => card.findAll("dd").map((one) => one.text())),
  ).toEqual([
    ["A1", "1.00 元"],
    ["A2", "2.00 元"],
  ]);
});

test("where there is room it is a table", () => {
  const list = mounted(ROWS);
  expect(list.find("table").exists()).toBe(true);
  expect(list.find("li.card").exists()).toBe(false);
});

test("what is chosen is added to the others and taken away again", async () => {
  setWidth(390);
  const list = mounted(ROWS, [FIRST]);
  const [first, second] = list.findAll("input");
  await second?.setValue(true);
  await first?.setValue(false);
  expect(list.emitted("update:chosen")).toEqual([[ROWS], [[SECOND]]]);
});

test("a row that was read anew is still the chosen one", () => {
  setWidth(390);
  const list = mounted([{ number: "A1", amount: "9.00" }], [FIRST]);
  expect(list.find("input").element.checked).toBe(true);
});

test("a list with nothing in it says what to do", () => {
  expect(mounted([]).text()).toBe("没有记录");
});
