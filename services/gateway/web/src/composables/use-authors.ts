// Who entered, reversed or voided something: invoicing keeps the account, not its name.

import { useSession } from "@/session/session";

/** Give how an account is shown: oneself by name, others by their number. */
export function useAuthors(): (account: string) => string {
  const session = useSession();
  return (account) => (account === session.account?.account_id ? session.account.name : account);
}
