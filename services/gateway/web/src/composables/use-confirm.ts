// Asking once, in words, before something that cannot be taken back.

import { ElMessageBox } from "element-plus/es/components/message-box/index.mjs";
import "element-plus/es/components/message-box/style/css";
import { h } from "vue";
import { useI18n } from "vue-i18n";

export interface Question {
  readonly title: string;
  /** A sentence each. */
  readonly text: readonly string[];
  readonly yes: string;
  readonly no?: string;
}

/** Give how to ask: true when the answer is yes; closing the question is a no. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const { t } = useI18n();
  return async ({ title, text, yes, no }) => {
    try {
      await ElMessageBox.confirm(
        h(
          "div",
          text.map((sentence) => h("p", { style: "margin: 0 0 4px" }, sentence)),
        ),
        title,
        {
          confirmButtonText: yes,
          cancelButtonText: no ?? t("common.cancel"),
          // The second click of the impatient would take the question away.
          closeOnClickModal: false,
          type: "warning",
        },
      );
      return true;
    } catch {
      return false;
    }
  };
}
