// What every file of tests begins and ends with: they share one process, and leave nothing behind.

import { config, disableAutoUnmount, enableAutoUnmount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { PiniaColada } from "@pinia/colada";
import { ElMessageBox } from "element-plus/es/components/message-box/index.mjs";
import { afterEach, beforeEach, vi } from "vitest";

import { i18n, speak } from "@/texts";

disableAutoUnmount(); // of the file before
enableAutoUnmount(afterEach);
beforeEach(() => {
  config.global.plugins = [createPinia(), PiniaColada, i18n];
  vi.useFakeTimers();
});
afterEach(async () => {
  // A question that is still open would keep the focus to itself.
  ElMessageBox.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  await speak("zh-CN");
});
