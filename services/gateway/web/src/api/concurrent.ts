// Saving what may be edited in two places at once: a change made elsewhere is never lost unseen.

import { Problem } from "./problem";

/** What to do when what is to be saved was changed elsewhere since the form was filled. */
export type Verdict = "overwrite" | "latest" | "stay";

export interface Edited<Whole, Part> {
  /** Read the whole as it is now, with its ETag. */
  readonly read: () => Promise<{ data: Whole; tag: string }>;
  readonly part: (whole: Whole) => Part;
  /** Save over the whole with that ETag; the server answers 412 when it is another by now. */
  readonly save: (tag: string) => Promise<unknown>;
}

export interface Edit<Whole, Part> extends Edited<Whole, Part> {
  /** The part as the form was filled with it. */
  readonly before: Part;
  /** The part as it is to be. */
  readonly wanted: Part;
  readonly ask: () => Promise<Verdict>;
}

export type Outcome<Part> =
  | { readonly done: true }
  /** Not saved; `latest` is there when the user wants it in the form. */
  | { readonly done: false; readonly latest?: Part };

/**
 * Save a part of a whole whose other parts may change meanwhile (an import counts persons): only
 * when this part is no longer what the form was filled with, the user is asked.
 */
export async function saveOver<Whole, Part>(edit: Edit<Whole, Part>): Promise<Outcome<Part>> {
  const { read, part, save, before, wanted, ask } = edit;
  let known = before;
  for (;;) {
    const { data, tag } = await read();
    const found = part(data);
    if (!isSame(found, known) && !isSame(found, wanted)) {
      const verdict = await ask();
      if (verdict === "stay") return { done: false };
      if (verdict === "latest") return { done: false, latest: found };
      known = found;
    }
    try {
      await save(tag);
      return { done: true };
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
    }
  }
}

/** Whether two values are written alike. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
