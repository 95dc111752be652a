// What was measured on: facts that matter for speed, and no name of the machine.
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

export function machineFacts() {
  const [load] = loadavg();
  return {
    date: new Date().toISOString().slice(0, 10),
    system: `${platform()} ${release().split("-")[0]} ${arch()}`,
    processor: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    loadBefore: Number(load.toFixed(2)),
  };
}

export function showFacts(facts, runs) {
  const { date, system, processor, memory, node, loadBefore } = facts;
  return `${date}, ${system}, ${processor}, ${memory}, Node ${node}, load ${loadBefore} at the start${runs === undefined ? "" : `, median of ${runs} runs`}`;
}
