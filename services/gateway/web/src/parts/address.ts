// Conditions in the address: a link or a reload finds what was asked for. They may name units and
// numbers of applications, never persons.

type Value = string | [string, string] | null;
/** Texts, and ranges of days, which are null while there is none and may be open at one end. */
export type Conditions = Record<string, Value>;
/** What a condition may be, where that is a choice. */
export type Choices<Asked extends Conditions> = {
  readonly [Name in keyof Asked]?: readonly string[];
};
type Query = Record<string, unknown>;

const DAYS = /^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$/;

function valueOf(written: string, fresh: Value): Value {
  if (typeof fresh === "string") return written;
  const [, from = "", to = ""] = DAYS.exec(written) ?? [];
  return from || to ? [from, to] : fresh;
}

/** Read conditions from an address; what is not there, or makes no sense, is as when fresh. */
export function conditionsOf<Asked extends Conditions>(
  query: Query,
  fresh: Asked,
  choices: Choices<Asked> = {},
): Asked {
  const found: Conditions = { ...fresh };
  for (const [name, value] of Object.entries(fresh)) {
    const written = query[name];
    const may = choices[name];
    if (typeof written === "string" && (!may || may.includes(written)))
      found[name] = valueOf(written, value);
  }
  return found as Asked;
}

/** Write conditions into an address; what belongs to others there stays, what is fresh is left out. */
export function addressOf<Asked extends Conditions>(
  query: Query,
  asked: Asked,
  fresh: Asked,
): Record<string, string> {
  const written = Object.entries(query).filter(([name]) => !(name in fresh));
  for (const [name, value] of Object.entries(asked)) {
    const text = Array.isArray(value) ? value.join("..") : (value ?? "").trim();
    if (text && text !== fresh[name]) written.push([name, text]);
  }
  return Object.fromEntries(written) as Record<string, string>;
}
