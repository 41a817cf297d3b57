// Input that is not saved yet: kept over a reload, and not left without asking.

import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { onBeforeRouteLeave, onBeforeRouteUpdate } from "vue-router";

import { isSame } from "@/api/concurrent";
import { followed } from "@/forms/following";
import { useSession } from "@/session/session";
import { useConfirm } from "./use-confirm";

export interface Unsaved<Form> {
  readonly isDirty: ComputedRef<boolean>;
  /** Give the form as it was filled or last saved, before a reload too. */
  readonly before: () => Form;
  /** Take what the form holds now as saved. */
  readonly saved: () => void;
  /** Fill the form with a part of what is read: fields that nobody touched follow newer readings. */
  readonly follow: <Whole>(
    reading: Ref<Whole | undefined>,
    part: (whole: Whole) => Partial<Form>,
  ) => void;
}

/**
 * Watch over a form. `name` says what it is about; its input stays in this tab's storage until it
 * is saved, so it must hold nothing about insured persons. Let it `follow` what it is filled with; a
 * form that begins empty calls `saved` once.
 */
export function useUnsaved<Form extends object>(
  name: () => string,
  form: Ref<Form>,
): Unsaved<Form> {
  const { t } = useI18n();
  const session = useSession();
  const confirm = useConfirm();
  const baseline = ref(JSON.stringify(form.value));
  const place = () => `unsaved/${session.account?.account_id ?? ""}/${name()}`;
  const isDirty = computed(() => JSON.stringify(form.value) !== baseline.value);
  let restored = false;

  const before = (): Form => JSON.parse(baseline.value) as Form;

  function saved(): void {
    baseline.value = JSON.stringify(form.value);
    if (restored) sessionStorage.removeItem(place());
    else restore();
  }

  function follow<Whole>(
    reading: Ref<Whole | undefined>,
    part: (whole: Whole) => Partial<Form>,
  ): void {
    watch(
      reading,
      (whole) => {
        if (whole !== undefined) take(part(whole));
      },
      { immediate: true },
    );
  }

  function take(latest: Partial<Form>): void {
    if (!restored) restore();
    const next = followed({ form: form.value, known: before() }, latest);
    baseline.value = JSON.stringify(next.known);
    if (!isSame(next.form, form.value)) form.value = next.form;
    else keep();
  }

  function restore(): void {
    restored = true;
    const kept = sessionStorage.getItem(place());
    if (!kept) return;
    const found = JSON.parse(kept) as { before: Form; form: Form };
    baseline.value = JSON.stringify(found.before);
    form.value = found.form;
  }

  function keep(): void {
    if (!restored) return;
    if (isDirty.value)
      sessionStorage.setItem(place(), JSON.stringify({ before: before(), form: form.value }));
    else sessionStorage.removeItem(place());
  }
  watch(form, keep, { deep: true });

  async function mayLeave(): Promise<boolean> {
    if (!isDirty.value) return true;
    const leaves = await confirm({
      title: t("shell.unsaved.title"),
      text: [t("shell.unsaved.text")],
      yes: t("shell.unsaved.leave"),
      no: t("shell.unsaved.stay"),
    });
    if (!leaves) return false;
    sessionStorage.removeItem(place());
    return true;
  }
  onBeforeRouteLeave(mayLeave);
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : mayLeave()));

  function ask(event: BeforeUnloadEvent): void {
    if (isDirty.value) event.preventDefault();
  }
  addEventListener("beforeunload", ask);
  onBeforeUnmount(() => {
    removeEventListener("beforeunload", ask);
  });

  return { isDirty, before, saved, follow };
}
