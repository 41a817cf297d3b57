// Light or dark: as chosen, else as the machine is set. Element Plus follows the class `dark`.

import { computed, ref } from "vue";

const KEPT = "theme";
const wanted = matchMedia("(prefers-color-scheme: dark)");
const dark = ref(
  localStorage.getItem(KEPT) ? localStorage.getItem(KEPT) === "dark" : wanted.matches,
);

function show(): void {
  document.documentElement.classList.toggle("dark", dark.value);
}
show();

export function useTheme() {
  return {
    dark: computed(() => dark.value),
    toggle: (): void => {
      dark.value = !dark.value;
      localStorage.setItem(KEPT, dark.value ? "dark" : "light");
      show();
    },
  };
}
