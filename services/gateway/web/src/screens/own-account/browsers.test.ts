import { expect, test } from "vitest";

import { browserOf } from "./browsers";

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) … Chrome/130.0 Safari/537.36 Edg/130.0",
    "Edge · Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox · Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) … Version/17.5 Safari/604.1",
    "Safari · iOS",
  ],
  [
    "Mozilla/5.0 (Linux; Android 14) … Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0",
    "WeChat · Android",
  ],
  ["python-httpx/0.28", ""],
  ["", ""],
])("%s is called %s", (agent, name) => {
  expect(browserOf(agent)).toBe(name);
});
