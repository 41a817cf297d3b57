import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import TakingsDialog from "./takings-dialog.vue";

const TAKING = { print_id: "P1", printed_by: "A0000007", printed_at: "2026-03-02T04:00:00Z" };

async function opened(page: object) {
  const calls = answering({ "GET /api/v1/confirmations/G1/prints": page });
  const dialog = mount(TakingsDialog, {
    props: { kind: "confirmation", number: "G1" },
    global: { stubs: { teleport: true } },
  });
  await settled();
  return { dialog, calls };
}

test("who printed a paper is shown with the time, by name where there is one", async () => {
  const items = [
    { ...TAKING, name: "办***务" },
    { ...TAKING, print_id: "P2", printed_by: "A0000009", name: null },
  ];
  const { dialog } = await opened({ items, next: null, total: 2, total_is_exact: true });
  expect(dialog.text()).toContain("办***务");
  expect(dialog.text()).toContain("A0000009");
  expect(dialog.text()).toContain("2026-03-02 12:00:00");
  expect(dialog.text()).toContain("已打印 2 次");
  expect(dialog.text()).not.toContain("加载更多");
});

test("more of it is read on request", async () => {
  const items = [{ ...TAKING, name: "办***务" }];
  const { dialog, calls } = await opened({ items, next: "7", total: 51, total_is_exact: true });
  const more = dialog.findAll("button").find((one) => one.text() === "加载更多");
  await more?.trigger("click");
  await settled();
  expect(calls).toHaveLength(2);
});

test("a paper that nobody printed says so", async () => {
  const { dialog } = await opened({ items: [], next: null, total: 0, total_is_exact: true });
  expect(dialog.text()).toContain("还没有人打印过");
});
