/** Starts the service of the specification on standard input, says so, and stays. Run by kill.test.ts, to be killed. */
import { readFileSync } from "node:fs";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { ProcessDefinition } from "../../../src/services/process/handover.ts";
import { createProcessDriver } from "../../../src/services/process/process-driver.ts";
import type { ServiceSpec } from "../../../src/services/service.ts";

const supervisor = process.argv[2] ?? "";
const spec = JSON.parse(readFileSync(0, "utf8")) as ServiceSpec<ProcessDefinition>;
const driver = createProcessDriver({ supervisor, rules: { settleMs: 250, firstPauseMs: 20 } });
void driver
  .start(spec, createNodeHost(), () => undefined)
  .then(() => {
    process.stdout.write("started\n");
    setInterval(() => undefined, 1_000);
  });
