// What is asked for, as the address has it: a reload, a link and the way back find it again.

import { shallowRef, watch, type ShallowRef } from "vue";
import { useRoute, useRouter } from "vue-router";

import { addressOf, conditionsOf, type Choices, type Conditions } from "@/parts/address";

/** Keep conditions in the address; `choices` says what some of them may be. */
export function useAddress<Asked extends Conditions>(fresh: Asked, choices: Choices<Asked>) {
  const route = useRoute();
  const router = useRouter();
  const own = route.path;
  const asked = shallowRef(conditionsOf(route.query, fresh, choices)) as ShallowRef<Asked>;
  watch(
    () => route.query,
    (query) => {
      // On the way to another page the address is that page's already.
      if (route.path === own) asked.value = conditionsOf(query, fresh, choices);
    },
  );
  function ask(wanted: Asked): void {
    void router.replace({ query: addressOf(route.query, wanted, fresh) });
  }
  return { asked, ask };
}
