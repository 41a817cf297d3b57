import { expect, test } from "vitest";

import { Problem, UNREACHABLE } from "@/api/problem";
import { mount } from "@/testing/mount";
import { speak } from "@/texts";
import ProblemAlert from "./problem-alert.vue";

const shown = (problem: Problem | null) => mount(ProblemAlert, { props: { problem } }).text();
const PAID = new Problem(409, "already_paid", "该申请已登记到账，请勿重复登记。");
const SHARES = {
  field: "lines.0.shares",
  name: "保障活动第1项的份数",
  code: "less_than_equal",
  reason: "不能大于5",
};
const STAFF = { field: "staff", name: "在职职工人数", code: "missing", reason: "必填，请填写" };

test("in Chinese the server's own sentence stands", () => {
  expect(shown(PAID)).toBe("该申请已登记到账，请勿重复登记。");
  expect(shown(new Problem(422, "invalid_input", "请检查", "staff", [STAFF, SHARES]))).toBe(
    "请检查在职职工人数：必填，请填写保障活动第1项的份数：不能大于5",
  );
  expect(shown(null)).toBe("");
});

test("in English it is said by its code", async () => {
  await speak("en");
  expect(shown(PAID)).toMatch(/^A payment of this application is entered already/);
});

test("in English a single wrong field is named in the sentence, several are listed", async () => {
  await speak("en");
  expect(shown(new Problem(422, "invalid_input", "请检查", "staff", [STAFF]))).toBe(
    "Some of the input is not valid (staff must be filled in); check it and submit again.",
  );
  const both = mount(ProblemAlert, {
    props: { problem: new Problem(422, "invalid_input", "请检查", "staff", [STAFF, SHARES]) },
  });
  expect(both.findAll("li").map((one) => one.text())).toEqual([
    "staff must be filled in",
    "plans 1 shares is too large",
  ]);
});

test("what English has no words for stays as the server says it", async () => {
  await speak("en");
  expect(shown(new Problem(409, "newer_than_this_page", "请稍候。"))).toBe("请稍候。");
  const fault = { field: "secret_of_tomorrow", name: "明天", code: "newer_type", reason: "不行" };
  expect(shown(new Problem(422, "invalid_input", "请检查", null, [fault]))).toContain("明天：不行");
});

test("a lost connection is said in the reader's language", async () => {
  expect(shown(new Problem(0, UNREACHABLE, ""))).toContain("无法连接服务器");
  await speak("en");
  expect(shown(new Problem(0, UNREACHABLE, ""))).toContain("cannot be reached");
});
