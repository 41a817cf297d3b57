import { expect, test } from "vitest";

import type { Print } from "@/api/files";
import { mount } from "@/testing/mount";
import PrintProgress from "./print-progress.vue";

function mounted(print: Partial<Print>) {
  const whole: Print = {
    print_id: "P1",
    kind: "confirmation",
    numbers: [],
    state: "pending",
    done: 0,
    total: 1200,
    ...print,
  };
  return mount(PrintProgress, { props: { print: whole, busy: false } });
}
const buttons = (panel: ReturnType<typeof mounted>) =>
  panel.findAll("button").map((one) => one.text());

test("a print that is being made says how many of its papers are set", () => {
  const panel = mounted({ done: 300 });
  expect(panel.get("[role=status]").text()).toContain("1,200 份中已完成 300 份");
  expect(panel.get("[role=progressbar]").attributes("aria-valuenow")).toBe("25");
  expect(panel.text()).toContain("可以离开本页");
  expect(buttons(panel)).toEqual([]);
});

test("when all are set, one file is made of them", () => {
  expect(mounted({ done: 1200 }).get("[role=status]").text()).toContain("正在合成一个文件");
});

test("a print that is ready is opened, downloaded or put away", async () => {
  const panel = mounted({ state: "done", done: 1200 });
  expect(buttons(panel)).toEqual(["打开", "下载", "关闭"]);
  await panel.findAll("button")[2]?.trigger("click");
  expect(panel.emitted("close")).toHaveLength(1);
});

test("a print that failed says what to do", async () => {
  const panel = mounted({ state: "failed" });
  expect(panel.get("[role=alert]").text()).toContain("请重新打印");
  await panel.findAll("button")[0]?.trigger("click");
  expect(panel.emitted("again")).toHaveLength(1);
});
