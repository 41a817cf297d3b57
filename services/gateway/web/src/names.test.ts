import { expect, test } from "vitest";

const sources = import.meta.glob<string>("./**/*.{ts,vue}", {
  eager: true,
  query: "?raw",
  import: "default",
});

const kebab = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

test("a component is called as its file is", () => {
  const imports = Object.values(sources).flatMap((source) => [
    ...source.matchAll(/import (\w+) from "[^"]*?([\w-]+)\.vue"/g),
  ]);
  expect(imports.length).toBeGreaterThan(100);
  expect(
    imports.filter(([, name = "", file]) => kebab(name) !== file).map(([line]) => line),
  ).toEqual([]);
});

test("composables stand in one folder, each in a file of its name", () => {
  const composables = Object.entries(sources).flatMap(([path, source]) =>
    [...source.matchAll(/^export (?:async )?function (use\w+)/gm)].map(([, name = ""]) => [
      path,
      name,
    ]),
  );
  expect(composables.length).toBeGreaterThan(15);
  expect(
    composables.filter(([path, name = ""]) => path !== `./composables/${kebab(name)}.ts`),
  ).toEqual([]);
});
