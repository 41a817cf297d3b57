// Money is a string with two decimals, as the API has it; it is counted in 分, never as a float.

const WRITTEN = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/** Give 分, also of what was typed in full width or copied with separators; undefined for what is no amount of money. */
export function fenOf(amount: string): bigint | undefined {
  const [, sign, yuan, fraction = ""] = WRITTEN.exec(amount.normalize("NFKC").trim()) ?? [];
  if (yuan === undefined) return undefined;
  const fen = BigInt(yuan.replaceAll(",", "")) * 100n + BigInt(fraction.padEnd(2, "0"));
  return sign === "-" ? -fen : fen;
}

/** Write 分 as the API does: "1500.00". */
export function amountOf(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, "0");
  return `${fen < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Write an amount for people: "9,473,755.20". What is no amount stays as it is. */
export function shownMoney(amount: string): string {
  const fen = fenOf(amount);
  if (fen === undefined) return amount;
  return amountOf(fen).replace(/\B(?=(\d{3})+\.)/g, ",");
}

/** Multiply an amount by a whole number. */
export function times(amount: string, count: number): string {
  const fen = fenOf(amount);
  return fen === undefined || !Number.isSafeInteger(count) ? "" : amountOf(fen * BigInt(count));
}

/** Add amounts. */
export function sum(amounts: Iterable<string>): string {
  let fen = 0n;
  for (const amount of amounts) fen += fenOf(amount) ?? 0n;
  return amountOf(fen);
}

/** Say whether an amount is exactly nothing. */
export function isNothing(amount: string): boolean {
  return fenOf(amount) === 0n;
}
