// Asking what is to become of input when the same was changed elsewhere meanwhile.

import { ElMessageBox } from "element-plus/es/components/message-box/index.mjs";
import "element-plus/es/components/message-box/style/css";
import { useI18n } from "vue-i18n";

import type { Verdict } from "@/api/concurrent";

/** Give the question; closing it leaves the input as it is, unsaved. */
export function useVerdict(): () => Promise<Verdict> {
  const { t } = useI18n();
  return async () => {
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
  };
}
