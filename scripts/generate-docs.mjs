// Fills the generated parts of docs/commands.md and docs/clients.md from the commands and the client records themselves; what stands
// between the parts is written by hand. `--check` writes nothing and exits 1 when a document is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clientParts } from "./docs-clients.mjs";
import { commandParts } from "./docs-commands.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENTS = { "docs/commands.md": commandParts, "docs/clients.md": clientParts };

const PART = /(<!-- generated: (.+?) -->\n)([^]*?)(<!-- end -->)/g;

/** The text with each part filled in. Throws when a part is missing, there twice, or unknown. */
function filled(text, parts, file) {
  const there = [...text.matchAll(PART)].map(([, , name]) => name);
  const wanted = Object.keys(parts);
  const missing = wanted.filter((name) => !there.includes(name));
  if (missing.length > 0)
    throw new Error(`${file} has no part <!-- generated: ${missing[0]} --> ... <!-- end -->: write it`);
  const odd = there.find((name, at) => !wanted.includes(name) || there.indexOf(name) !== at);
  if (odd !== undefined) throw new Error(`${file} has the part '${odd}', which is unknown or there twice: take it out`);
  return text.replace(PART, (_whole, begin, name, _old, end) => `${begin}${parts[name]}\n${end}`);
}

async function main(check) {
  let stale = 0;
  for (const [file, partsOf] of Object.entries(DOCUMENTS)) {
    const path = join(ROOT, file);
    const before = readFileSync(path, "utf8");
    const after = filled(before, await partsOf(ROOT), file);
    if (after === before) continue;
    if (check) {
      stale += 1;
      process.stderr.write(`${file} is out of date: npm run generate\n`);
    } else {
      writeFileSync(path, after);
      process.stdout.write(`wrote ${file}\n`);
    }
  }
  return stale === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.includes("--check"));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
