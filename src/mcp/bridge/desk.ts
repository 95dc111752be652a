import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { errorText, idOf, type Id, type Outgoing } from "./outgoing.ts";
import type { OutputLines } from "./output-lines.ts";

/** Between the client and all that is under way for it: knows which requests wait, so that each gets one answer. */
export interface Desk {
  /** To be called before a message is sent. */
  expect(message: Outgoing, hooks?: Hooks): void;
  /** What a server sent, one JSON text. An answer nobody waits for is dropped. false: it is no JSON-RPC message. */
  deliver(text: string): Promise<boolean>;
  /** An error for every request of the message that has no answer yet. */
  fail(message: Outgoing, reason: string): Promise<void>;
  isWaiting(message: Outgoing): boolean;
  /** Nobody wants the answer any more. */
  abandon(id: Id): void;
  /** Whether closing the stream is how the server is told that nobody wants the answer. */
  endsByClosing(id: Id): boolean;
  /** Resolves when no request of the message waits. */
  answered(message: Outgoing): Promise<void>;
  /** Resolves when no request waits. */
  idle(): Promise<void>;
}

export interface Hooks {
  /** Gets an answer before the client does. */
  readonly answered?: (answer: JsonObject) => void;
  /** Called when the client has no use for the answer any more. */
  readonly abandoned?: () => void;
  readonly endsByClosing?: boolean;
}

/** JSON-RPC leaves -32000 to -32099 to implementations; MCP's own libraries use this one for a lost connection. */
const CONNECTION_FAULT = -32000;

export function createDesk(output: OutputLines): Desk {
  const waiting = createWaiting();
  const openOf = ({ requests }: Outgoing): readonly Id[] =>
    requests.map(({ id }) => id).filter((id) => waiting.get(id) !== undefined);
  const accept = (member: JsonObject): boolean => {
    const id = idOf(member["id"]);
    if ("method" in member || id === undefined) return true;
    const hooks = waiting.get(id);
    hooks?.answered?.(member);
    waiting.remove(id);
    return hooks !== undefined;
  };
  return {
    expect: ({ requests }, hooks = {}) => requests.forEach(({ id }) => waiting.add(id, hooks)),
    async deliver(text) {
      const members = membersOf(text);
      if (members === undefined) return false;
      // Every member is asked, so that none of a batch is left waiting.
      if (members.map(accept).includes(true)) await output.write(text);
      return true;
    },
    async fail(message, reason) {
      const open = openOf(message);
      const texts = open.map((id) => errorText(id, { code: CONNECTION_FAULT, message: reason }));
      open.forEach(waiting.remove);
      if (texts.length > 0) await output.write(message.isBatch ? `[${texts.join(",")}]` : texts.join());
    },
    isWaiting: (message) => openOf(message).length > 0,
    abandon(id) {
      const hooks = waiting.get(id);
      waiting.remove(id);
      hooks?.abandoned?.();
    },
    endsByClosing: (id) => waiting.get(id)?.endsByClosing === true,
    answered: (message) => waiting.until(() => openOf(message).length === 0),
    idle: () => waiting.until((count) => count === 0),
  };
}

interface Waiting {
  add(id: Id, hooks: Hooks): void;
  get(id: Id): Hooks | undefined;
  remove(id: Id): void;
  until(isDone: (count: number) => boolean): Promise<void>;
}

function createWaiting(): Waiting {
  const byKey = new Map<string, Hooks>();
  let watchers: (() => boolean)[] = [];
  return {
    add: (id, hooks) => void byKey.set(keyOf(id), hooks),
    get: (id) => byKey.get(keyOf(id)),
    remove(id) {
      byKey.delete(keyOf(id));
      watchers = watchers.filter((isSettled) => !isSettled());
    },
    async until(isDone) {
      if (isDone(byKey.size)) return;
      await new Promise<void>((resolve) => {
        watchers.push(() => {
          const done = isDone(byKey.size);
          if (done) resolve();
          return done;
        });
      });
    },
  };
}

/** 1 and "1" are two ids. */
function keyOf(id: Id): string {
  return JSON.stringify(id);
}

function membersOf(text: string): readonly JsonObject[] | undefined {
  try {
    const data = JSON.parse(text) as Json;
    const members: readonly Json[] = Array.isArray(data) ? data : [data];
    return members.length > 0 && members.every(isMessage) ? (members as readonly JsonObject[]) : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(value: Json): boolean {
  return isObject(value) && ["method", "result", "error"].some((key) => Object.hasOwn(value, key));
}
