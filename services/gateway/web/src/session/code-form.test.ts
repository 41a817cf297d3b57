import { expect, test } from "vitest";

import { mount, settled } from "@/testing/mount";
import { answering } from "@/testing/server";
import CodeForm from "./code-form.vue";

const CAPTCHA = "POST /api/v1/auth/captcha";
const ASK = "POST /api/v1/auth/codes";
const ASKED = {
  code_id: "c1",
  expires_at: "2026-11-29T04:10:00Z",
  again_at: "2026-11-29T04:01:00Z",
};
const wrong = (code: string) =>
  new Response(JSON.stringify({ code, detail: code }), { status: 422 });

async function form(answers: Record<string, unknown>) {
  const calls = answering({ [CAPTCHA]: { captcha_id: "p1", image: "" }, ...answers });
  const found = mount(CodeForm, { props: { purpose: "registration" } });
  await settled();
  const submit = async (place: number) => {
    await found.findAll("form")[place]?.trigger("submit");
    await settled();
  };
  const ask = async () => {
    await found.find("input[name=mobile]").setValue("139 0000 0001");
    await found.find("input[name=captcha]").setValue("2468");
    await submit(0);
  };
  const bodies = (of: string) => calls.filter(({ call }) => call === of).map(({ body }) => body);
  return { found, submit, ask, bodies };
}

test("nothing is sent before the mobile can be one", async () => {
  const { found, submit, bodies } = await form({});
  await found.find("input[name=mobile]").setValue("12");
  await submit(0);
  expect(bodies(ASK)).toEqual([]);
  expect(found.text()).toContain("请输入11位手机号");
});

test("a captcha that was wrong is another one at the next try", async () => {
  const { found, ask, bodies } = await form({ [ASK]: wrong("captcha_wrong") });
  await ask();
  expect(bodies(ASK)).toEqual([
    { purpose: "registration", mobile: "13900000001", captcha: "2468", captcha_id: "p1" },
  ]);
  expect(bodies(CAPTCHA)).toHaveLength(2);
  expect(found.find("input[name=code]").exists()).toBe(false);
});

test("the right code proves the mobile; another one may be asked for after a minute", async () => {
  const proof = { proof: "p", expires_at: "2026-11-29T06:00:00Z", usernames: [] };
  const { found, ask, submit } = await form({
    [ASK]: ASKED,
    "POST /api/v1/auth/codes/c1/proof": proof,
  });
  await ask();
  expect(found.find("button[type=submit]").attributes("disabled")).toBeDefined();
  await found.find("input[name=code]").setValue("12 34 56");
  await submit(1);
  expect(found.emitted("proven")).toEqual([[{ ...proof, mobile: "13900000001" }]]);
});
