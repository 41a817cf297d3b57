// Addresses to screens; without a session every address leads to the sign-in, and back.

import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { whenLoaded } from "@/api/place";
import { homeOf, screens, SIGN_IN } from "@/screens";
import { useSession } from "@/session/session";
import { rememberAddresses } from "./back";

const routes: RouteRecordRaw[] = [
  {
    path: SIGN_IN,
    name: "sign-in",
    component: () => import("@/screens/sign-in/sign-in.vue"),
    meta: { open: true },
  },
  {
    path: "/",
    component: () => import("./frame.vue"),
    children: [
      ...screens.map(({ path, name, page }) => ({ path, name, component: page, props: true })),
      { path: "/:rest(.*)*", name: "not-found", component: () => import("./not-found.vue") },
    ],
  },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what comes after it is experimental
  async scrollBehavior(to, from, saved) {
    if (saved) return (await whenLoaded()) && saved;
    // To a part of a page the page itself leads, when it has read what it shows.
    return to.path !== from.path && !to.hash && { top: 0 };
  },
});
rememberAddresses(router);

router.beforeEach(async (to) => {
  const session = useSession();
  const account = session.account ?? (await session.load());
  if (to.meta.open) return account === null || account.needs ? true : { path: "/" };
  const screen = screens.find(({ name }) => name === to.name);
  if (account === null && screen?.open) return true;
  if (account === null)
    return { name: "sign-in", query: to.path === "/" ? {} : { to: to.fullPath } };
  if (account.needs) return { name: "sign-in", query: { to: to.fullPath } };
  const home = homeOf(account.role);
  if (to.path === "/" && home !== "/") return { path: home };
  if (screen?.open && screen.roles.length === 0) return { path: "/" };
  if (screen && !screen.roles.includes(account.role))
    return { name: "not-found", params: { rest: to.path.slice(1).split("/") } };
  return true;
});
