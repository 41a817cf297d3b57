// Input that is not saved yet: kept over a reload, and not left without asking.

import { ElMessageBox } from "element-plus/es/components/message-box/index.mjs";
import "element-plus/es/components/message-box/style/css";
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { onBeforeRouteLeave, onBeforeRouteUpdate } from "vue-router";

import { useSession } from "@/session/session";

export interface Unsaved<Form> {
  readonly isDirty: ComputedRef<boolean>;
  /** Give the form as it was filled or last saved, before a reload too. */
  readonly before: () => Form;
  /** Take what the form holds now as saved. */
  readonly saved: () => void;
}

/**
 * Watch over a form. `name` says what it is about; its input stays in this tab's storage until it
 * is saved, so it must hold nothing about insured persons. Call `saved` once the form is filled.
 */
export function useUnsaved<Form extends object>(name: () => string, form: Ref<Form>): Unsaved<Form> {
  const { t } = useI18n();
  const session = useSession();
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

  function restore(): void {
    restored = true;
    const kept = sessionStorage.getItem(place());
    if (!kept) return;
    const found = JSON.parse(kept) as { before: Form; form: Form };
    baseline.value = JSON.stringify(found.before);
    form.value = found.form;
  }

  watch(
    form,
    () => {
      if (!restored) return;
      if (isDirty.value) sessionStorage.setItem(place(), JSON.stringify({ before: before(), form: form.value }));
      else sessionStorage.removeItem(place());
    },
    { deep: true },
  );

  async function mayLeave(): Promise<boolean> {
    if (!isDirty.value) return true;
    try {
      await ElMessageBox.confirm(t("shell.unsaved.text"), t("shell.unsaved.title"), {
        confirmButtonText: t("shell.unsaved.leave"),
        cancelButtonText: t("shell.unsaved.stay"),
        type: "warning",
      });
    } catch {
      return false;
    }
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

  return { isDirty, before, saved };
}
