import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { install } from "./programs.ts";

export interface HttpServer {
  readonly url: string;
  stop(): void;
}

/** The reference server over streamable HTTP, on a free port. */
export async function startEverything(): Promise<HttpServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [await install("everything"), "streamableHttp"], {
    env: { ...process.env, PORT: String(port) },
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  await untilItAnswers(url);
  return { url, stop: () => void child.kill("SIGKILL") };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answered = await fetch(url, { method: "GET" }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the reference server does not answer at ${url}`);
}
