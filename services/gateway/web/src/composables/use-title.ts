// The title of the browser's tab: what the page is about, so that tabs can be told apart.

import { watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";

/** Keep the title as the address and the language say. */
export function useTitle(): void {
  const { t } = useI18n();
  const route = useRoute();
  watchEffect(() => {
    const page = typeof route.name === "string" ? [t(`shell.pages.${route.name}`)] : [];
    const number = typeof route.params.number === "string" ? [route.params.number] : [];
    document.title = [...number, ...page, t("shell.title")].join(" · ");
  });
}
