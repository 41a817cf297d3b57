// What the lists of papers have in common: papers that are chosen, and printing them into a tab of
// its own.

import { useQueryCache } from "@pinia/colada";
import { ref } from "vue";
import { useI18n } from "vue-i18n";

import type { Schemas } from "@/api/client";
import { printed, showWhenReady, type FileAnswer } from "@/api/files";
import { useAction } from "./use-action";

type Paper = Schemas["PaperAnswer"];

/** Papers of a list that are chosen and printed; afterwards what `key` names is read anew. */
export function usePrinting(
  key: string,
  call: (numbers: string[], idempotencyKey: string) => Promise<FileAnswer>,
) {
  const { t } = useI18n();
  const cache = useQueryCache();
  const chosen = ref<Paper[]>([]);
  const noneChosen = ref(false);

  const print = useAction(async (numbers: string[], intent: string) => {
    await showWhenReady(() => printed(call(numbers, intent)), t("common.preparing"));
    chosen.value = [];
    await cache.invalidateQueries({ key: [key] });
  });
  function submit(): void {
    noneChosen.value = chosen.value.length === 0;
    if (!noneChosen.value) void print.run(chosen.value.map(({ number }) => number));
  }
  return { chosen, noneChosen, print, submit };
}
