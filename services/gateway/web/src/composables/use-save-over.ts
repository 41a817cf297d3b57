// Saving a form over what others may have changed meanwhile, and asking when they did.

import { ElMessageBox } from "element-plus/es/components/message-box/index.mjs";
import "element-plus/es/components/message-box/style/css";
import type { Ref } from "vue";
import { useI18n } from "vue-i18n";

import { saveOver, type Edited, type Verdict } from "@/api/concurrent";
import type { Unsaved } from "./use-unsaved";

/** Give how to save a form: true when it was; the latest is in the form when the user wants it. */
export function useSaveOver<Form extends object>(form: Ref<Form>, unsaved: Unsaved<Form>) {
  const { t } = useI18n();

  /** Ask; closing the question leaves the input as it is, unsaved. */
  async function ask(): Promise<Verdict> {
    try {
      await ElMessageBox.confirm(t("shell.changed.text"), t("shell.changed.title"), {
        confirmButtonText: t("shell.changed.overwrite"),
        cancelButtonText: t("shell.changed.latest"),
        distinguishCancelAndClose: true,
        closeOnClickModal: false,
        type: "warning",
      });
      return "overwrite";
    } catch (action) {
      return action === "cancel" ? "latest" : "stay";
    }
  }

  return async <Whole>(edited: Edited<Whole, Form>): Promise<boolean> => {
    const outcome = await saveOver({
      ...edited,
      before: unsaved.before(),
      wanted: form.value,
      ask,
    });
    if (!outcome.done && outcome.latest) {
      form.value = outcome.latest;
      unsaved.saved();
    }
    return outcome.done;
  };
}
