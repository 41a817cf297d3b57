// Lists that come page by page, with one more on request.

import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from "vue";

import { asProblem, type Problem } from "./problem";

interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface MorePages<Item> {
  /** What the first page had, and all that was asked for after it. */
  readonly items: ComputedRef<Item[]>;
  readonly hasMore: ComputedRef<boolean>;
  readonly busy: Ref<boolean>;
  readonly problem: Ref<Problem | null>;
  readonly more: () => Promise<void>;
}

/** Follow a list beyond its first page; a new first page begins anew. */
export function useMorePages<Item>(
  first: Ref<Page<Item> | undefined>,
  load: (cursor: string) => Promise<Page<Item>>,
): MorePages<Item> {
  const later = shallowRef<Page<Item>[]>([]);
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  watch(first, () => (later.value = []));
  const last = computed(() => later.value.at(-1) ?? first.value);

  async function more(): Promise<void> {
    const cursor = last.value?.next;
    if (!cursor || busy.value) return;
    const of = first.value;
    busy.value = true;
    problem.value = null;
    try {
      const page = await load(cursor);
      if (first.value === of) later.value = [...later.value, page];
    } catch (error) {
      problem.value = asProblem(error);
    } finally {
      busy.value = false;
    }
  }

  return {
    items: computed(() => [...(first.value?.items ?? []), ...later.value.flatMap(({ items }) => items)]),
    hasMore: computed(() => Boolean(last.value?.next)),
    busy,
    problem,
    more,
  };
}
