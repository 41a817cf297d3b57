// A form that takes its first values from what is read, and nothing after that.

import { whenever } from "@vueuse/core";
import type { Ref } from "vue";

/** Fill a form when there is a first reading; later ones leave alone what was typed. */
export function useFilledOnce<Whole, Form>(
  form: Ref<Form>,
  reading: Ref<Whole | undefined>,
  part: (whole: Whole) => Form,
): void {
  whenever(
    () => reading.value !== undefined,
    () => {
      form.value = part(reading.value as Whole);
    },
    { immediate: true, once: true },
  );
}
