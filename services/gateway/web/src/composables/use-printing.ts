// What the lists of papers have in common: papers that are chosen, also all that a search finds, and
// printing them: a few into a tab of their own, many while the page says how far they are.

import { useQueryCache } from "@pinia/colada";
import { computed, ref } from "vue";
import { useI18n } from "vue-i18n";

import type { Schemas } from "@/api/client";
import { askedPrint, printed, save, showWhenReady, type FileAnswer } from "@/api/files";
import { useAction } from "./use-action";
import { useFollowedPrint } from "./use-followed-print";
import type { Page } from "./use-more-pages";

type Paper = Schemas["PaperAnswer"];

/** Papers in one print. */
export const MOST_PAPERS = 500;
/** Papers that a tab is opened for; more are looked at once they are ready. */
const MOST_WAITED_FOR = 50;
/** The longest page of a list. */
const PAGE = 200;

/**
 * Papers of a list that are chosen and printed; afterwards what `key` names is read anew. `load`
 * reads a page of what is searched for.
 */
export function usePrinting(
  key: string,
  call: (numbers: string[], idempotencyKey: string) => Promise<FileAnswer>,
  load: (page: { limit: number; cursor?: string }) => Promise<Page<Paper>>,
) {
  const { t } = useI18n();
  const cache = useQueryCache();
  const { print: followed, follow, forget } = useFollowedPrint(key);
  const chosen = ref<Paper[]>([]);
  /** The page follows one print of many at a time. */
  const isInTheWay = computed(
    () => chosen.value.length > MOST_WAITED_FOR && followed.value?.state === "pending",
  );
  /** Whether the last try came to nothing because of what is chosen. */
  const tried = ref(false);
  const advice = computed(() => {
    if (!tried.value) return "";
    if (chosen.value.length === 0) return t("papers.choose");
    if (chosen.value.length > MOST_PAPERS)
      return t("papers.tooMany", { most: MOST_PAPERS, count: chosen.value.length });
    if (isInTheWay.value) return t("papers.oneAtATime");
    return "";
  });

  const print = useAction(async (numbers: string[], intent: string) => {
    if (numbers.length <= MOST_WAITED_FOR) {
      const isFollowed = followed.value === undefined;
      const show = (id: string) => {
        if (isFollowed) follow(id);
      };
      await showWhenReady(() => printed(call(numbers, intent), show), t("common.preparing"));
      if (isFollowed) forget();
    } else {
      const found = await askedPrint(call(numbers, intent));
      if (typeof found === "string") follow(found);
      else save(found);
    }
    chosen.value = [];
    await cache.invalidateQueries({ key: [key] });
  });
  function submit(): void {
    tried.value = true;
    if (advice.value !== "") return;
    tried.value = false;
    void print.run(chosen.value.map(({ number }) => number));
  }

  const chooseAll = useAction(async () => {
    const found: Paper[] = [];
    let cursor: string | null = null;
    do {
      const limit = Math.min(PAGE, MOST_PAPERS - found.length);
      const page: Page<Paper> = await load({ limit, ...(cursor === null ? {} : { cursor }) });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && found.length < MOST_PAPERS);
    chosen.value = found;
  });

  return { chosen, advice, print, submit, chooseAll, followed, forget };
}
