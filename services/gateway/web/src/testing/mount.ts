// Mounting components; setup.ts has what they find around them in the pages.

import { vi } from "vitest";

/** Let the moments pass that answers, rules and transitions take. */
export async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(400);
}

export { mount } from "@vue/test-utils";
