import { expect, test, vi } from "vitest";
import { ref } from "vue";

import { Problem } from "@/api/problem";
import { mount } from "@/testing/mount";
import Loaded from "./loaded.vue";

const AWAY = new Problem(503, "service_away", "系统部分功能暂时不可用，请稍后重试。");

function mounted(data: string | undefined, error: unknown = null) {
  const query = {
    data: ref(data),
    error: ref(error),
    isLoading: ref(false),
    refetch: vi.fn(() => Promise.resolve()),
  };
  const page = mount(Loaded<string>, {
    props: { query },
    slots: { default: ({ data }: { data: string }) => data },
  });
  return { page, query };
}

test("what was read is shown, also when it is nothing much", () => {
  expect(mounted("read").page.text()).toBe("read");
  expect(mounted("").page.find(".el-skeleton").exists()).toBe(false);
});

test("a failure says why and can be tried again", async () => {
  const { page, query } = mounted(undefined, AWAY);
  expect(page.text()).toContain(AWAY.detail);
  expect(page.find(".el-skeleton").exists()).toBe(false);
  await page.find("button").trigger("click");
  expect(query.refetch).toHaveBeenCalledOnce();
});

test("what was read before a failure stays, and is said to be old", () => {
  const text = mounted("read before", AWAY).page.text();
  expect(text).toContain("read before");
  expect(text).toContain("无法显示最新内容");
});
