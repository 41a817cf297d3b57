// Back to the list that one came from, as it was left.

import type { Router } from "vue-router";

const lastAt = new Map<string, string>();

/** Remember what was last asked for at each address. */
export function rememberAddresses(router: Router): void {
  router.afterEach((to) => void lastAt.set(to.path, to.fullPath));
}

/** Go back to a list: where one came from it, by the browser's history, which keeps its place. */
export async function comeBack(router: Router, list: string): Promise<void> {
  const { back } = router.options.history.state;
  if (typeof back === "string" && back.split("?")[0] === list) router.back();
  else await router.push(lastAt.get(list) ?? list);
}
