import { expect, test } from "vitest";

import { screens } from "@/screens";

interface Texts {
  [key: string]: string | Texts;
}

const files = import.meta.glob<Texts>("./*/*.json", { eager: true, import: "default" });

function flat(texts: Texts, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === "string"
      ? [[before + key, text] as [string, string]]
      : flat(text, `${before}${key}.`),
  );
}

const pairs = Object.keys(files)
  .filter((path) => path.startsWith("./zh/"))
  .map((path) => [path, path.replace("./zh/", "./en/")] as const);

/** What the server says by itself, in Chinese. */
const ENGLISH_ONLY = "./en/problems.json";

test("every file of texts is there in both languages, but for what the server says", () => {
  const english = Object.keys(files).filter(
    (path) => path.startsWith("./en/") && path !== ENGLISH_ONLY,
  );
  expect(files[ENGLISH_ONLY]).toBeDefined();
  expect(pairs.map(([, path]) => path).sort()).toEqual(english.sort());
});

test.each(pairs)("%s says the same things in English, with the same values in them", (zh, en) => {
  const [chinese, english] = [zh, en].map((path) => new Map(flat(files[path] ?? {})));
  expect([...(english?.keys() ?? [])].sort()).toEqual([...(chinese?.keys() ?? [])].sort());
  for (const [key, text] of chinese ?? []) {
    const values = (of: string) => [...new Set(of.match(/\{\w+\}/g) ?? [])].sort();
    expect(values(english?.get(key) ?? ""), key).toEqual(values(text));
  }
});

test("every screen has a title of its own", () => {
  const pages = files["./zh/shell.json"]?.pages as Texts;
  const titles = [...screens.map(({ name }) => name), "sign-in", "not-found"].map(
    (name) => pages[name],
  );
  expect(titles.every((title) => typeof title === "string")).toBe(true);
  expect(new Set(titles).size).toBe(titles.length);
});
