// Lists that come page by page, with one more on request.

import {
  computed,
  nextTick,
  onScopeDispose,
  ref,
  shallowRef,
  watch,
  type ComputedRef,
  type Ref,
} from "vue";

import { keepPages, keptPages, loading } from "@/api/place";
import { asProblem, type Problem } from "@/api/problem";
import { shownCount } from "@/format/counts";

export interface Page<Item> {
  items: Item[];
  next: string | null;
  total: number;
  total_is_exact: boolean;
}

export interface MorePages<Item> {
  /** What the first page had, and all that was asked for after it. */
  readonly items: ComputedRef<Item[]>;
  /** How many there are on all pages, as it is written: "1,234", "10,000+". */
  readonly total: ComputedRef<string>;
  readonly hasMore: ComputedRef<boolean>;
  readonly busy: Ref<boolean>;
  readonly problem: Ref<Problem | null>;
  readonly more: () => Promise<void>;
}

/**
 * Follow a list beyond its first page, as far as it was loaded before: when one comes back to it,
 * and when its first page is read anew. `asked` says what it is asked for: another list begins anew.
 */
export function useMorePages<Item>(
  first: Ref<Page<Item> | undefined>,
  asked: () => string,
  load: (cursor: string) => Promise<Page<Item>>,
): MorePages<Item> {
  const later = shallowRef<Page<Item>[]>([]);
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const last = computed(() => later.value.at(-1) ?? first.value);
  let wanted = keptPages();
  let left = false;
  const settled = loading();
  onScopeDispose(() => {
    left = true;
    settled();
  });

  watch(asked, () => {
    wanted = 1;
    later.value = [];
    keepPages(wanted);
  });
  watch(first, (page) => void (page && follow(page, [])), { immediate: true });

  /** Load what is wanted beyond the pages that are known; a first page read meanwhile does it anew. */
  async function follow(page: Page<Item>, known: Page<Item>[]): Promise<void> {
    const pages = [...known];
    const outdated = () => left || first.value !== page;
    busy.value = pages.length < wanted - 1;
    problem.value = null;
    try {
      let { next } = pages.at(-1) ?? page;
      while (next && pages.length < wanted - 1) {
        const one = await load(next);
        if (outdated()) return;
        pages.push(one);
        next = one.next;
      }
      later.value = pages;
      if (keptPages() !== pages.length + 1) keepPages(pages.length + 1);
    } catch (error) {
      if (outdated()) return;
      problem.value = asProblem(error);
    }
    wanted = later.value.length + 1;
    busy.value = false;
    void nextTick(settled);
  }

  async function more(): Promise<void> {
    if (!first.value || !last.value?.next || busy.value) return;
    wanted += 1;
    await follow(first.value, later.value);
  }

  return {
    items: computed(() => [
      ...(first.value?.items ?? []),
      ...later.value.flatMap(({ items }) => items),
    ]),
    total: computed(() => shownCount(first.value?.total ?? 0, first.value?.total_is_exact)),
    hasMore: computed(() => Boolean(last.value?.next)),
    busy,
    problem,
    more,
  };
}
