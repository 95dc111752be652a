import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newFolder } from "./world.ts";

/** A server of npm that speaks S3; fetched once and kept beside what else npm has fetched here. */
const SERVER = "s3rver@3.7.1";
const KEPT = join(tmpdir(), "atk-s3-server");
const MAIN = join(KEPT, "node_modules/s3rver/bin/s3rver.js");

export const KEYS = { access: "S3RVER", secret: "S3RVER" } as const;

/** Whether it is there, or could be fetched. */
export function hasServer(): boolean {
  if (existsSync(MAIN)) return true;
  mkdirSync(KEPT, { recursive: true });
  const words = ["install", "--prefix", KEPT, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", SERVER];
  return spawnSync("npm", words, { stdio: "ignore", timeout: 90_000 }).status === 0 && existsSync(MAIN);
}

export interface S3Server {
  readonly endpoint: string;
  stop(): void;
}

/** On loopback, with an empty bucket of each of these names. */
export async function startServer(buckets: readonly string[]): Promise<S3Server> {
  const port = await freePort();
  const make = buckets.flatMap((bucket) => ["--configure-bucket", bucket]);
  const words = [MAIN, "--directory", newFolder(), "--address", "127.0.0.1", "--port", String(port), ...make];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  await listening(child);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => void child.kill("SIGKILL") };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (said.includes("listening")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("close", () => reject(new Error(`the S3 server ended: ${said}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
