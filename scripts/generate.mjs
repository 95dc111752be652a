// Everything that is generated from something else and checked in. `--check` changes nothing and fails when something is stale.
import { spawnSync } from "node:child_process";

const root = new URL("..", import.meta.url).pathname;
const steps = ["generate-validators.mjs", "generate-index.mjs", "generate-docs.mjs"];
let stale = 0;
for (const step of steps) {
  const { status } = spawnSync(process.execPath, [`${root}scripts/${step}`, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) stale += 1;
}
process.exitCode = stale === 0 ? 0 : 1;
