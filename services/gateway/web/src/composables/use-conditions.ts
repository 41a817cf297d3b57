// Conditions above a list: as they are typed, and as they were last asked for with the button.

import { ref, watch, type Ref } from "vue";

import type { Choices, Conditions } from "@/parts/address";
import { useAddress } from "./use-address";

/** Keep conditions that are typed and asked for; `choices` says what some of them may be. */
export function useConditions<Asked extends Conditions>(
  fresh: Asked,
  choices: Choices<Asked> = {},
) {
  const { asked, ask } = useAddress(fresh, choices);
  const typed = ref({ ...asked.value }) as Ref<Asked>;
  watch(asked, (now: Asked) => {
    typed.value = { ...now };
  });
  function search(): void {
    ask(typed.value);
  }
  function reset(): void {
    typed.value = { ...fresh };
    search();
  }
  return { typed, asked, search, reset };
}
