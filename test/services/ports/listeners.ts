import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type ListenOptions } from "node:net";
import { afterEach } from "vitest";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Listens until the end of the test; gives the port. */
export async function listenOn(host: string, more: ListenOptions = {}): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => server.once("error", failed).listen({ port: 0, host, ...more }, done));
  closers.push(() => new Promise((done) => server.close(done)));
  return (server.address() as AddressInfo).port;
}

/** A program of this user that listens, ended after the test. */
export async function startListener(command: string, args: readonly string[]): Promise<{ port: number; pid: number }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  closers.push(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { port: Number(chunk.toString()), pid: child.pid ?? 0 };
}

/** A port on which nothing listens, of those that outgoing connections do not get. */
export async function quietPort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 5_000); ; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once("error", () => done(false)).listen(port, "::", () => done(true));
    });
    if (!isFree) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}
