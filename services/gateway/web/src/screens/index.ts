// Every screen: its address, its name, who sees it, and where it stands in the menu.

import type { Component } from "vue";

import type { Role } from "@/session/session";

export type Group = "enrollment" | "review" | "finance";

export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly page: () => Promise<{ default: Component }>;
  readonly roles: readonly Role[];
  /** Its group in the menu; without one it is reached from another screen. */
  readonly group?: Group;
}

const UNIT: readonly Role[] = ["operator"];

const EVERYBODY: readonly Role[] = ["operator", "agency_reviewer", "office_reviewer", "finance"];

export const screens: readonly Screen[] = [
  { name: "home", path: "/", page: () => import("./home/home.vue"), roles: EVERYBODY },
  {
    name: "templates",
    path: "/templates",
    page: () => import("./templates/templates.vue"),
    roles: UNIT,
    group: "enrollment",
  },
  {
    name: "applications",
    path: "/applications",
    page: () => import("./applications/applications.vue"),
    roles: UNIT,
    group: "enrollment",
  },
];
