// What a browser says of itself, as people call it.

const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["WeChat", /MicroMessenger/],
  ["Edge", /Edg(e|A|iOS)?\//],
  ["Opera", /OPR\//],
  ["Firefox", /(Firefox|FxiOS)\//],
  ["Chrome", /(Chrome|CriOS)\//],
  ["Safari", /Safari\//],
];
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ["Windows", /Windows/],
  ["Android", /Android/],
  ["iOS", /iPhone|iPad/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
];

/** Give browser and system, "Edge · Windows"; empty when it says nothing of the kind. */
export function browserOf(agent: string): string {
  return [BROWSERS, SYSTEMS]
    .map((names) => names.find(([, sign]) => sign.test(agent))?.[0])
    .filter(Boolean)
    .join(" · ");
}
