// Mounting components with what they find around them in the pages.

import { PiniaColada } from "@pinia/colada";
import { config, enableAutoUnmount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { afterEach, beforeEach, vi } from "vitest";

import { i18n, speak } from "@/texts";

config.global.plugins = [createPinia(), PiniaColada, i18n];
enableAutoUnmount(afterEach);
afterEach(() => speak("zh-CN"));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  sessionStorage.clear();
});

/** Let the moments pass that answers, rules and transitions take. */
export async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(400);
}

export { mount } from "@vue/test-utils";
