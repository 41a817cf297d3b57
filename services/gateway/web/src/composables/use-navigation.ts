// What a change of address shows: that it takes a while, or why it failed.

import { ref, shallowRef } from "vue";
import type { Router } from "vue-router";

import { asProblem, type Problem } from "@/api/problem";

/** Milliseconds after which a wait is shown. */
const SHORT = 300;
const RELOADED = "reloaded-for";

export function useNavigation(router: Router) {
  const slow = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    clearTimeout(timer);
    slow.value = false;
  }
  router.beforeEach(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (slow.value = true), SHORT);
  });
  router.afterEach((to) => {
    settle();
    problem.value = null;
    if (sessionStorage.getItem(RELOADED) !== to.fullPath) sessionStorage.removeItem(RELOADED);
  });
  router.onError((error: unknown, to) => {
    settle();
    // A new release has other files than the page that is open: it is loaded anew, once.
    if (error instanceof TypeError && sessionStorage.getItem(RELOADED) !== to.fullPath) {
      sessionStorage.setItem(RELOADED, to.fullPath);
      location.assign(to.fullPath);
      return;
    }
    problem.value = asProblem(error);
  });
  return { slow, problem };
}
