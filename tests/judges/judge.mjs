// Judges the pages of a folder: node judge.mjs FOLDER. Prints what is wrong, and exits with 1 if anything is.
// html-validate: markup, after the HTML standard and WCAG. structured-data-validator: JSON-LD, after Google's rules.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import Validator from "@adobe/structured-data-validator";
import WebAutoExtractor from "@marbec/web-auto-extractor";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const markup = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
    rules: {
      "doctype-style": "off", // both are in the standard
      "require-csp-nonce": "off", // the policy allows no inline script at all
      "require-sri": ["error", { target: "crossorigin" }], // nothing comes from another host
    },
  }),
);
const folder = process.argv[2];
const wrong = [];
let postings = 0;

for (const name of readdirSync(folder, { recursive: true }).filter((one) => one.endsWith(".html")).sort()) {
  const text = readFileSync(join(folder, name), "utf8");
  const report = await markup.validateString(text, name);
  for (const { messages } of report.results)
    for (const one of messages) wrong.push(`${name}:${one.line}:${one.column} ${one.ruleId}: ${one.message}`);

  const found = new WebAutoExtractor({ addLocation: true }).parse(text);
  const here = found.jsonld.JobPosting?.length ?? 0;
  const scripts = text.split("application/ld+json").length - 1;
  if (here !== scripts) wrong.push(`${name}: ${here} JobPosting can be read of ${scripts}`);
  postings += here;
  for (const one of await new Validator().validate(found))
    if (one.severity === "ERROR") wrong.push(`${name}: JSON-LD: ${one.issueMessage}`);
}

console.log(wrong.join("\n"));
console.log(`${wrong.length} found to be wrong; JSON-LD of ${postings} postings judged`);
process.exit(wrong.length || !postings ? 1 : 0);
