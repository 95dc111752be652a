import { Transform } from "node:stream";
import { createLineSplitter } from "../../mcp/line-splitter.ts";
import type { Guard } from "./create-guard.ts";

/** The two ways through a guard. What the guard answers itself comes out on the client's way, between whole lines. */
export interface GuardedStreams {
  readonly toServer: Transform;
  readonly toClient: Transform;
}

export function createGuardedStreams(guard: Guard): GuardedStreams {
  const toClient = byLine((line, push) => push(guard.fromServer(line)));
  const toServer = byLine((line, push) => {
    const { forward, answer } = guard.fromClient(line);
    if (answer !== undefined && !toClient.writableEnded) toClient.push(`${answer}\n`);
    if (forward !== undefined) push(forward);
  });
  return { toServer, toClient };
}

function byLine(take: (line: string, push: (line: string) => void) => void): Transform {
  const splitter = createLineSplitter();
  const handle = (stream: Transform, chunk: Buffer): void => {
    for (const line of splitter.push(chunk)) if (line !== "") take(line, (text) => void stream.push(`${text}\n`));
  };
  return new Transform({
    transform(chunk: Buffer | string, _encoding, done) {
      handle(this, Buffer.from(chunk));
      done();
    },
    flush(done) {
      handle(this, Buffer.from("\n"));
      done();
    },
  });
}
