// A page as it stands at an address, for tests that mount one.

import type { VueWrapper } from "@vue/test-utils";
import { defineComponent, h, type Component } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";

import { mount, settled } from "./mount";

/** Open a page with its props, at a part of it if one is named ("#part"), and wait until it has read what it shows. */
export async function opened(
  page: Component,
  props: Record<string, unknown>,
  part = "",
): Promise<VueWrapper> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: page, props: () => props },
      { path: "/:rest(.*)*", component: defineComponent(() => () => h("p", "elsewhere")) },
    ],
  });
  await router.push(`/${part}`);
  const wrapper = mount(RouterView, { global: { plugins: [router] } });
  await settled();
  return wrapper;
}
