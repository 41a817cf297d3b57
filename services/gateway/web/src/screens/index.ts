// Every screen: its address, its name, who sees it, and where it stands in the menu.

import type { Component } from "vue";

import type { Role } from "@/session/session";

export type Group = "enrollment" | "review" | "finance" | "units" | "administration" | "help";

export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly page: () => Promise<{ default: Component }>;
  /** Who sees it; nobody who is signed in when it is for strangers only. */
  readonly roles: readonly Role[];
  /** Whether strangers see it. */
  readonly open?: boolean;
  /** Its group in the menu; without one it is reached from another screen. */
  readonly group?: Group;
}

/** Where nobody is signed in yet. */
export const SIGN_IN = "/sign-in";

const UNIT: readonly Role[] = ["operator"];

const REVIEWERS: readonly Role[] = ["agency_reviewer", "office_reviewer"];
const FINANCE: readonly Role[] = ["finance"];
const EVERYBODY: readonly Role[] = ["operator", "agency_reviewer", "office_reviewer", "finance"];

/** Who is told of what happens. */
export const TOLD: readonly Role[] = ["operator", "agency_reviewer", "administrator"];

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
    roles: [...UNIT, "auditor"],
    group: "enrollment",
  },
  {
    name: "new-application",
    path: "/applications/new",
    page: () => import("./enrolling/plans.vue"),
    roles: UNIT,
  },
  {
    name: "application",
    path: "/applications/:number(PRT\\d{10})",
    page: () => import("./application/application.vue"),
    roles: [...EVERYBODY, "auditor"],
  },
  {
    name: "enrolling-plans",
    path: "/applications/:number(PRT\\d{10})/plans",
    page: () => import("./enrolling/plans.vue"),
    roles: UNIT,
  },
  {
    name: "enrolling-persons",
    path: "/applications/:number(PRT\\d{10})/persons",
    page: () => import("./enrolling/persons.vue"),
    roles: UNIT,
  },
  {
    name: "enrolling-details",
    path: "/applications/:number(PRT\\d{10})/details",
    page: () => import("./enrolling/details.vue"),
    roles: UNIT,
  },
  {
    name: "payment-notices",
    path: "/payment-notices",
    page: () => import("./payment-notices/payment-notices.vue"),
    roles: UNIT,
    group: "enrollment",
  },
  {
    name: "invoicing",
    path: "/billings",
    page: () => import("./invoicing/billings.vue"),
    roles: UNIT,
    group: "enrollment",
  },
  {
    name: "billing",
    path: "/billings/:number(PRT\\d{10})",
    page: () => import("./invoicing/billing.vue"),
    roles: UNIT,
  },
  {
    name: "confirmations",
    path: "/confirmations",
    page: () => import("./confirmations/confirmations.vue"),
    roles: ["operator", "office_reviewer"],
    group: "enrollment",
  },
  {
    name: "reviews",
    path: "/reviews",
    page: () => import("./reviewing/reviews.vue"),
    roles: REVIEWERS,
    group: "review",
  },
  {
    name: "review",
    path: "/reviews/:number(PRT\\d{10})",
    page: () => import("./reviewing/review.vue"),
    roles: REVIEWERS,
  },
  {
    name: "payments",
    path: "/payments",
    page: () => import("./payments/payments.vue"),
    roles: FINANCE,
    group: "finance",
  },
  {
    name: "payment",
    path: "/payments/:number(PRT\\d{10})",
    page: () => import("./payments/payment.vue"),
    roles: FINANCE,
  },
  {
    name: "audit",
    path: "/audit",
    page: () => import("./audit/audit.vue"),
    roles: ["administrator", "auditor"],
    group: "administration",
  },
  {
    name: "bindings",
    path: "/bindings",
    page: () => import("./bindings/bindings.vue"),
    roles: ["agency_reviewer", "administrator", "auditor"],
    group: "units",
  },
  {
    name: "accounts",
    path: "/accounts",
    page: () => import("./accounts/accounts.vue"),
    roles: ["administrator", "auditor"],
    group: "administration",
  },
  {
    name: "own-account",
    path: "/account",
    page: () => import("./own-account/own-account.vue"),
    roles: [...EVERYBODY, "administrator", "auditor"],
  },
  {
    name: "units",
    path: "/units",
    page: () => import("./units/units.vue"),
    roles: ["agency_reviewer", "administrator", "auditor"],
    group: "units",
  },
  {
    name: "unit",
    path: "/units/:id([A-Z]\\w+)",
    page: () => import("./units/unit.vue"),
    roles: ["agency_reviewer", "administrator", "auditor"],
  },
  {
    name: "offices",
    path: "/offices",
    page: () => import("./offices/offices.vue"),
    roles: ["administrator"],
    group: "administration",
  },
  {
    name: "contacts",
    path: "/contacts",
    page: () => import("./contacts/contacts.vue"),
    roles: [...EVERYBODY, "administrator", "auditor"],
    open: true,
    group: "help",
  },
  {
    name: "forgot-password",
    path: "/forgot-password",
    page: () => import("./forgot-password/forgot-password.vue"),
    roles: [],
    open: true,
  },
  {
    name: "bind",
    path: "/bind",
    page: () => import("./bindings/bind.vue"),
    roles: [],
    open: true,
  },
  {
    name: "register",
    path: "/register",
    page: () => import("./registering/register.vue"),
    roles: [],
    open: true,
  },
  {
    name: "message-log",
    path: "/message-log",
    page: () => import("./message-log/message-log.vue"),
    roles: ["administrator", "auditor"],
    group: "administration",
  },
  {
    name: "messages",
    path: "/messages",
    page: () => import("./messages/messages.vue"),
    roles: TOLD,
  },
];

/** Give the address where a role begins: the home, or for whom it is not the first of the menu. */
export function homeOf(role: Role): string {
  return screens.find(({ roles }) => roles.includes(role))?.path ?? "/";
}
