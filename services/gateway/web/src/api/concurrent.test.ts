import { expect, test } from "vitest";

import { saveOver, type Verdict } from "./concurrent";
import { Problem } from "./problem";

/** A server with one value, which others may change just before a save arrives. */
function server(value: string, meanwhile: (() => void)[] = []) {
  const state = { value, version: 1 };
  function change(to: string): void {
    state.value = to;
    state.version += 1;
  }
  return {
    state,
    change,
    edit: (before: string, wanted: string, ...verdicts: Verdict[]) => ({
      read: () => Promise.resolve({ data: state.value, tag: String(state.version) }),
      part: (whole: string) => whole,
      save: (tag: string) => {
        meanwhile.shift()?.();
        if (tag !== String(state.version))
          return Promise.reject(new Problem(412, "changed_meanwhile", ""));
        change(wanted);
        return Promise.resolve();
      },
      before,
      wanted,
      ask: () => {
        const verdict = verdicts.shift();
        return verdict ? Promise.resolve(verdict) : Promise.reject(new Error("nothing to ask"));
      },
    }),
  };
}

test("what nobody else has changed is saved without a question", async () => {
  const { state, edit } = server("old");
  expect(await saveOver(edit("old", "mine"))).toEqual({ done: true });
  expect(state.value).toBe("mine");
});

test("a change of another part is no reason to ask", async () => {
  const { state, edit } = server("old", [() => (state.version += 1)]);
  expect(await saveOver(edit("old", "mine"))).toEqual({ done: true });
  expect(state.value).toBe("mine");
});

test("a change made elsewhere is overwritten only when the user says so", async () => {
  const { state, edit } = server("theirs");
  expect(await saveOver(edit("old", "mine", "stay"))).toEqual({ done: false });
  expect(await saveOver(edit("old", "mine", "latest"))).toEqual({ done: false, latest: "theirs" });
  expect(state.value).toBe("theirs");
  expect(await saveOver(edit("old", "mine", "overwrite"))).toEqual({ done: true });
  expect(state.value).toBe("mine");
});

test("a change that arrives just before the save is asked about too", async () => {
  const { state, change, edit } = server("old", [
    () => {
      change("theirs");
    },
  ]);
  expect(await saveOver(edit("old", "mine", "stay"))).toEqual({ done: false });
  expect(state.value).toBe("theirs");
});

test("who wanted the same is not asked", async () => {
  const { edit } = server("mine");
  expect(await saveOver(edit("old", "mine"))).toEqual({ done: true });
});
