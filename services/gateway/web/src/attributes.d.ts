// What components pass on to their element as it is, so that templates may be checked strictly.

import type { AriaAttributes } from "vue";

declare module "vue" {
  interface ComponentCustomProps extends AriaAttributes {
    lang?: string;
    novalidate?: boolean;
    role?: string;
    onSubmit?: (event: Event) => void;
  }
}
