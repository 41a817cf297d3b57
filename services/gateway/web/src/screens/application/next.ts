// Where the next action of an application is done.

import type { Application } from "@/api/application";
import type { Schemas } from "@/api/client";
import { stepOf } from "@/screens/enrolling/steps";

type Action = Schemas["NextAction"];

/** Give the address, or nothing for what stands on the page itself. */
export function linkOf(action: Action, application: Application): string | undefined {
  const number = application.application_no;
  switch (action) {
    case "edit":
      return `/applications/${number}/${stepOf(application)}`;
    case "review":
      return `/reviews/${number}`;
    case "print_payment_notice":
      return `/payment-notices?number=${number}`;
    case "invoice":
      return `/billings/${number}`;
    case "enter_payment":
    case "reverse_payment":
      return `/payments/${number}`;
    case "print_confirmation":
    case "archive":
      return "/confirmations";
    case "import":
    case "submit":
    case "cancel":
    case "download_roster":
      return undefined;
  }
}
