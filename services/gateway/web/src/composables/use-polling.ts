// Looking again while something is under way: live updates are quicker, but may not come.

import { watch } from "vue";

const LOOK_AGAIN = 1500;

/** Act now and every so often for as long as something is under way. */
export function usePolling(isUnderWay: () => boolean, act: () => Promise<unknown>): void {
  watch(
    isUnderWay,
    (waits, _before, onCleanup) => {
      if (!waits) return;
      void act();
      const timer = setInterval(() => void act(), LOOK_AGAIN);
      onCleanup(() => {
        clearInterval(timer);
      });
    },
    { immediate: true },
  );
}
