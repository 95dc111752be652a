import type { Desk } from "./desk.ts";
import { createEventParser } from "./server-events.ts";

/** Where an event stream stands, for going on with it after a break. */
export interface Position {
  lastEventId?: string;
  /** What the server wants to be waited before the next connection. */
  retryMs?: number;
}

export interface Reading {
  readonly response: Response;
  readonly position: Position;
  readonly desk: Desk;
  readonly note: (text: string) => void;
  /** Events of other types than `message`. */
  readonly other?: (type: string, data: string) => void;
}

/** Hands the messages of an event stream to the client until it ends or breaks. Gives how many events came. */
export async function readEvents({ response, position, desk, note, other }: Reading): Promise<number> {
  const parser = createEventParser();
  let count = 0;
  try {
    for await (const chunk of response.body ?? []) {
      for (const event of parser.push(chunk as Uint8Array)) {
        count += 1;
        if (event.retryMs !== undefined) position.retryMs = event.retryMs;
        if (event.data !== undefined && event.data !== "") {
          if (event.type !== "message") other?.(event.type, event.data);
          else if (!(await desk.deliver(event.data)))
            note("the server sent an event that is not a message; it is left out");
        }
        // Only now: what was not handed over must come again after a break.
        if (event.id !== undefined) position.lastEventId = event.id;
      }
    }
  } catch {
    // A break is an end that nobody announced; what it means is for the caller to say.
  }
  return count;
}
