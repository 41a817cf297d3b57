// Checks AsyncAPI documents: node check.mjs FILE…; says what is wrong where, and fails when anything is.
import { readFile } from "node:fs/promises";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("Which documents? node check.mjs FILE…");
  process.exit(2);
}
const parser = new Parser();
let invalid = 0;
for (const file of files) {
  const { document, diagnostics } = await parser.parse(await readFile(file, "utf8"));
  const errors = diagnostics.filter((one) => one.severity === DiagnosticSeverity.Error);
  for (const { path, message, range } of errors)
    console.error(`${file}:${range.start.line + 1}: ${message} (${path.join(" > ")})`);
  if (errors.length > 0 || document === undefined) invalid += 1;
}
console.log(`${files.length - invalid} of ${files.length} AsyncAPI documents are valid.`);
process.exit(invalid > 0 ? 1 : 0);
