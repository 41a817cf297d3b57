// Saying that something worked.

import { ElMessage } from "element-plus/es/components/message/index.mjs";
import "element-plus/es/components/message/style/css";
import { useI18n } from "vue-i18n";

/** Give how to say it: a text by its key, with the values in it. */
export function useSuccess(): (key: string, values?: Record<string, string | number>) => void {
  const { t } = useI18n();
  return (key, values = {}) => {
    ElMessage.success({ message: t(key, values), grouping: true });
  };
}
