// The open one of a page's tabs, as the address has it.

import { computed } from "vue";

import { useAddress } from "./use-address";

/** Keep which tab is open; the first one is without being asked for. */
export function useTab<Tab extends string>(tabs: readonly [Tab, ...Tab[]]) {
  const { asked, ask } = useAddress({ tab: tabs[0] }, { tab: tabs });
  function open(name: string | number): void {
    const tab = tabs.find((one) => one === name);
    if (tab !== undefined) ask({ tab });
  }
  return { tab: computed(() => asked.value.tab), open };
}
