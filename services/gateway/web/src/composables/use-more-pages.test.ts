import { effectScope, nextTick, ref, shallowRef } from "vue";
import { beforeEach, expect, test } from "vitest";

import { useMorePages, type Page } from "./use-more-pages";

beforeEach(() => {
  history.replaceState(null, "");
});

/** A list of so many numbers, two on a page, asked for again and again. */
function list(count: number) {
  const state = { count, broken: false };
  const page = (from: number): Page<number> => {
    const items = [from, from - 1].filter((one) => one > 0);
    return {
      items,
      next: from > 2 ? String(from - 2) : null,
      total: state.count,
      total_is_exact: true,
    };
  };
  const first = shallowRef<Page<number>>();
  const asked = ref("all");
  const scope = effectScope();
  const pages = scope.run(() =>
    useMorePages(
      first,
      () => asked.value,
      (cursor) =>
        state.broken ? Promise.reject(new Error("broken")) : Promise.resolve(page(Number(cursor))),
    ),
  );
  if (!pages) throw new Error("there is no scope");
  const read = async (): Promise<void> => {
    first.value = page(state.count);
    await settled();
  };
  return { state, asked, scope, pages, read };
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 9; turn += 1) await nextTick();
};

test("pages follow one another, and the total is of all", async () => {
  const { pages, read } = list(5);
  await read();
  expect([pages.items.value, pages.total.value, pages.hasMore.value]).toEqual([[5, 4], "5", true]);
  await pages.more();
  await pages.more();
  expect([pages.items.value, pages.hasMore.value]).toEqual([[5, 4, 3, 2, 1], false]);
});

test("what is new comes on top of the pages that were loaded", async () => {
  const { state, pages, read } = list(6);
  await read();
  await pages.more();
  state.count = 7;
  await read();
  expect(pages.items.value).toEqual([7, 6, 5, 4]);
});

test("a page that is asked for while the first is read anew is not lost", async () => {
  const { pages, read } = list(6);
  await read();
  const more = pages.more();
  await read();
  await more;
  expect([pages.items.value, pages.busy.value]).toEqual([[6, 5, 4, 3], false]);
});

test("a page that cannot be read says so, and can be asked for again", async () => {
  const { pages, state, read } = list(6);
  await read();
  state.broken = true;
  await pages.more();
  expect([pages.items.value, pages.problem.value !== null]).toEqual([[6, 5], true]);
  state.broken = false;
  await pages.more();
  expect([pages.items.value, pages.problem.value]).toEqual([[6, 5, 4, 3], null]);
});

test("a list that one comes back to is loaded as far as it was", async () => {
  const before = list(7);
  await before.read();
  await before.pages.more();
  before.scope.stop();
  const again = list(7);
  await again.read();
  expect(again.pages.items.value).toEqual([7, 6, 5, 4]);
});

test("another list begins at its first page", async () => {
  const { asked, pages, read } = list(7);
  await read();
  await pages.more();
  asked.value = "some";
  await nextTick();
  await read();
  expect(pages.items.value).toEqual([7, 6]);
});
