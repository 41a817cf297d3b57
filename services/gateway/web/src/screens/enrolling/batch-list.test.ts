import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import BatchList from "./batch-list.vue";
import type { Batch } from "./batch-rows";
import { FINISHED, WAITING } from "./batch-samples";

async function shown(batch: Batch) {
  const list = mount(BatchList, { props: { batches: [batch] } });
  await settled();
  return list;
}

test("a batch that waits for its columns is told from others, and leads to the question", async () => {
  const list = await shown(WAITING);
  expect(list.text()).toContain("待指定列");
  expect(list.text()).toContain("请在 2026-11-29 09:00 前指定");
  await list.find("button").trigger("click");
  expect(list.emitted("open")).toEqual([["columns", WAITING]]);
});

test("a finished batch says what all its rows are, and shows failures and warnings", async () => {
  const batch = { ...FINISHED, has_warnings: true, warnings: 2 };
  const list = await shown(batch);
  expect(list.text()).toContain("读入 4 行：成功 2，失败 1，标题 1。");
  const named = (text: string) => list.findAll("button").find((one) => one.text() === text);
  await named("就地改正")?.trigger("click");
  await named("2 人已进入清单，但需核对：查看")?.trigger("click");
  expect(list.emitted("open")).toEqual([
    ["failures", batch],
    ["warnings", batch],
  ]);
});

test("warnings that cannot be shown are not offered", async () => {
  const list = await shown({ ...FINISHED, warnings: 2 });
  expect(list.text()).toContain("就地改正");
  expect(list.text()).not.toContain("需核对");
});

test.each([
  ["file_unreadable", true],
  ["columns_not_given", false],
])("only a file with a fault is shown as a fault: %s", async (code, isFault) => {
  const error = { code, message: "请重新上传。" };
  const list = await shown({ ...FINISHED, state: "failed", error, has_failed_rows: false });
  expect(list.text()).toContain("请重新上传。");
  expect(list.find(".error").exists()).toBe(isFault);
});
