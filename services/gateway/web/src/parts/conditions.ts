// Conditions above a list: as they are typed, and as they were last asked for with the button. What
// is asked for stands in the address.

import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { useRoute, useRouter } from "vue-router";

import { given } from "@/api/lists";
import type { Schemas } from "@/api/client";
import { addressOf, conditionsOf, type Choices, type Conditions } from "./address";

type Kind = Schemas["Kind"];
export const KINDS: readonly Kind[] = ["enrollment", "renewal", "back_payment"];

function useAddress<Asked extends Conditions>(fresh: Asked, choices: Choices<Asked>) {
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

/** Keep conditions that are typed and asked for; `choices` says what some of them may be. */
export function useConditions<Asked extends Conditions>(fresh: Asked, choices: Choices<Asked> = {}) {
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

/** Keep which tab is open; the first one is without being asked for. */
export function useTab<Tab extends string>(tabs: readonly [Tab, ...Tab[]]) {
  const { asked, ask } = useAddress({ tab: tabs[0] }, { tab: tabs });
  function open(name: string | number): void {
    const tab = tabs.find((one) => one === name);
    if (tab !== undefined) ask({ tab });
  }
  return { tab: computed(() => asked.value.tab), open };
}

/** What applications and billings are searched by. */
export const anyApplication = {
  number: "",
  unit: "",
  plan: "",
  kind: "" as Kind | "",
  entered: null as [string, string] | null,
};
export type ApplicationConditions = typeof anyApplication;

/** Write them as the API takes them. */
export function asFilters({ number, unit, plan, kind, entered }: ApplicationConditions) {
  return given({ number, unit, plan, kind: kind || undefined, entered_from: entered?.[0], entered_to: entered?.[1] });
}
