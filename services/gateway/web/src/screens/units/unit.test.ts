import { expect, test } from "vitest";

import { useSession } from "@/session/session";
import { settled } from "@/testing/mount";
import { opened } from "@/testing/page";
import { answering } from "@/testing/server";
import Unit from "./unit.vue";

const ID = "U10000000";
const DECIDE = `POST /api/v1/units/${ID}/approval`;
const UNIT = {
  unit_id: ID,
  name: "青岛新来示例单位",
  kind: "enterprise",
  credit_code: "91370203MA3D1X2Y3E",
  union_name: "工会",
  secret: false,
  district: "山东省-青岛市-市北区",
  district_code: "370203",
  address: "示例路1号",
  agency_id: "001202",
  office_id: "0012",
  contact_name: "经**丁",
  contact_mobile: "139****0001",
  office_phone: "1",
  state: "applied",
  self_registered: true,
  reason: "",
  reasons: {},
  certificates: [],
  version: 1,
};

async function page(role: string, state = "applied") {
  const calls = answering({ [`GET /api/v1/units/${ID}`]: { ...UNIT, state }, [DECIDE]: {} });
  const found = await opened(Unit, { id: ID });
  useSession().account = { role, account_id: "A1" } as never;
  await settled();
  const press = async (name: string) => {
    const button = found.findAll("button").find((one) => one.text() === name);
    await button?.trigger("click");
    await settled();
  };
  return {
    found,
    press,
    sent: () => calls.filter(({ call }) => call === DECIDE).map(({ body }) => body),
  };
}

test("whoever returns a registration says why, at a field or for the whole", async () => {
  const { found, press, sent } = await page("agency_reviewer");
  await press("退回");
  expect(found.text()).toContain("请填写原因，或勾选需要修改的项目");
  await found.find("input[type=checkbox][value=address]").setValue(true);
  await press("退回");
  expect(found.text()).toContain("请写明该项需要修改的内容");
  expect(sent()).toEqual([]);
  await found.find("input[name=reason-address]").setValue(" 请写到门牌号 ");
  await press("退回");
  expect(sent()).toEqual([
    { decision: "return", reason: "", reasons: { address: "请写到门牌号" } },
  ]);
});

test("a registration is approved without a word, whatever was typed before", async () => {
  const { found, press, sent } = await page("agency_reviewer");
  await found.find("textarea").setValue("请核对");
  await press("通过");
  expect(sent()).toEqual([{ decision: "approve", reason: "", reasons: {} }]);
});

test.each([
  ["agency_reviewer", "active", []],
  ["auditor", "active", []],
  ["administrator", "applied", []],
  ["administrator", "active", ["修改", "停用"]],
  ["administrator", "suspended", ["修改", "恢复"]],
])("%s is offered for a unit that is %s what may be done with it", async (role, state, acts) => {
  const { found } = await page(role, state);
  const names = found.findAll("button").map((one) => one.text());
  expect(names).toEqual(acts);
});
