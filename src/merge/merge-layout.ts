import { equal, isObject, type Json } from "../core/json.ts";
import { EMPTY_SHEET, type Block, type Member, type Sheet } from "./layout.ts";
import { entryKey, isNoneWhenEmpty, shapeOf, type Place } from "./manifest-shapes.ts";
import { mergeOrder } from "./merge-order.ts";
import { mergeLines } from "./merge-set.ts";
import { changedSide, eachOf, mergeWord, type Three } from "./three-way.ts";

export interface Sheets {
  readonly base: Sheet | undefined;
  readonly ours: Sheet;
  readonly theirs: Sheet;
}

/**
 * The text that says `wanted` (the merged data), as far as it can be put together from the entries of the sides; comments, order and
 * layout are merged like the data. What is in neither side stays as one side has it: see `reconcile`.
 */
export function mergeSheets({ base = EMPTY_SHEET, ours, theirs }: Sheets, wanted: Json): Sheet {
  return {
    header: mergeLines({ base: base.header, ours: ours.header, theirs: theirs.header }),
    block: mergeBlocks({ base: base.block, ours: ours.block, theirs: theirs.block }, { data: wanted, place: [] }),
    footer: mergeLines({ base: base.footer, ours: ours.footer, theirs: theirs.footer }),
  };
}

interface Blocks {
  readonly base: Block | undefined;
  readonly ours: Block;
  readonly theirs: Block;
}

/** What has to be there, and where. */
interface Wanted {
  readonly data: Json | undefined;
  readonly place: Place;
}

function mergeBlocks(blocks: Blocks, wanted: Wanted): Block {
  const { base, ours, theirs } = blocks;
  const members = eachOf<Block, ReadonlyMap<string, Member>>(blocks, byId);
  const orders = { base: idsOf(base), ours: idsOf(ours), theirs: idsOf(theirs) };
  const inside = (id: string): Wanted => ({ data: memberOf(wanted, id), place: [...wanted.place, id] });
  const of = (id: string) => eachOf(members, (side) => side.get(id));
  const ids = mergeOrder(
    orders,
    (id) => inside(id).data !== undefined || isWrittenEmpty(of(id)) || isEmptied(of(id), inside(id)),
  );
  return {
    kind: ours.kind,
    indent: mergeNumber(blocks),
    members: ids.flatMap((id) => mergeMember(of(id), inside(id)) ?? []),
  };
}

const byId = ({ members }: Block) => new Map(members.map((member) => [member.id, member]));
const idsOf = (block: Block | undefined) => (block?.members ?? []).map(({ id }) => id);

/** A section that says nothing, `plugins: []`: it stays where one side has it so. */
function isWrittenEmpty({ base, ours, theirs }: Three<Member>): boolean {
  const isEmpty = [ours, theirs].some((side) => side !== undefined && side.data === null);
  return isEmpty && (base === undefined || (ours !== undefined && theirs !== undefined));
}

/** Each side took the rest of a section: it stays without entries, as `atk remove` leaves it. */
function isEmptied({ ours, theirs }: Three<Member>, { place }: Wanted): boolean {
  return place.length === 1 && isNoneWhenEmpty(place) && ours !== undefined && theirs !== undefined;
}

function memberOf({ data, place }: Wanted, id: string): Json | undefined {
  if (isObject(data)) return Object.hasOwn(data, id) ? data[id] : undefined;
  if (!Array.isArray(data)) return undefined;
  const key = entryKey(place);
  const items: readonly Json[] = data;
  return items.find((item) => (key !== undefined && isObject(item) ? item[key] : item) === id);
}

/** An empty block has no columns of its own. */
function mergeNumber({ base, ours, theirs }: Blocks): number {
  if (ours.members.length === 0) return theirs.indent;
  if (theirs.members.length === 0 || ours.indent === theirs.indent || base?.indent === theirs.indent)
    return ours.indent;
  return base?.indent === ours.indent ? theirs.indent : Math.min(ours.indent, theirs.indent);
}

function mergeMember(members: Three<Member>, wanted: Wanted): Member | undefined {
  const { base, ours, theirs } = members;
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  const around = {
    lead: mergeLines({ base: base?.lead ?? [], ours: ours.lead, theirs: theirs.lead }),
    tail: mergeLines({ base: base?.tail ?? [], ours: ours.tail, theirs: theirs.tail }),
  };
  const body =
    unchangedBody(members, wanted) ??
    mergeInner({ base, ours, theirs }, wanted) ??
    pickBody({ base, ours, theirs }, wanted);
  return { ...body, ...around };
}

/** The body of the side that has changed, where only one has. */
function unchangedBody(members: Three<Member>, { data }: Wanted): Member | undefined {
  const side = changedSide(members, isSameBody);
  const member = side === undefined ? undefined : members[side];
  return member !== undefined && equal(member.data, data ?? null) ? member : undefined;
}

function isSameBody(a: Member | undefined, b: Member | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b));
}

const bodyOf = ({ lead: _lead, tail: _tail, ...body }: Member) => body;

interface Both {
  readonly base: Member | undefined;
  readonly ours: Member;
  readonly theirs: Member;
}

function mergeInner({ base, ours, theirs }: Both, wanted: Wanted): Member | undefined {
  if (ours.inner === undefined || theirs.inner === undefined || ours.inner.kind !== theirs.inner.kind) return undefined;
  if (shapeOf(wanted.place).by === "whole") return undefined;
  const before = base?.inner?.kind === ours.inner.kind ? base.inner : undefined;
  const inner = mergeBlocks({ base: before, ours: ours.inner, theirs: theirs.inner }, wanted);
  const like = ours.isInline === base?.isInline ? theirs : ours;
  const head = mergeWord({ base: base?.head, ours: ours.head, theirs: theirs.head });
  const isInline = ours.isInline === theirs.isInline ? ours.isInline : like.isInline;
  const trail = mergeWord({ base: base?.trail, ours: ours.trail, theirs: theirs.trail });
  if (inner.members.length === 0)
    return { ...ours, head: `${head} ${inner.kind === "map" ? "{}" : "[]"}`, trail, inner: undefined, isInline: false };
  return { ...ours, head: ours.isInline === theirs.isInline ? head : like.head, trail, inner, isInline };
}

/** One side's value, with the comment behind it merged. */
function pickBody({ base, ours, theirs }: Both, { data }: Wanted): Member {
  const right = [ours, theirs].filter((side) => equal(side.data, data ?? null));
  const [only, other] = right.length === 0 ? [ours, theirs] : right;
  const picked = other === undefined ? only : firstOf({ base, ours, theirs });
  const member = picked ?? ours;
  if (member.inner !== undefined || ours.inner !== undefined || theirs.inner !== undefined) return member;
  return { ...member, trail: mergeWord({ base: base?.trail, ours: ours.trail, theirs: theirs.trail }) };
}

/** Both say the same, or neither what is wanted: a block before a value in one line, else the text that sorts first. */
function firstOf({ base, ours, theirs }: Both): Member {
  if (ours.inner !== undefined && theirs.inner === undefined) return ours;
  if (theirs.inner !== undefined && ours.inner === undefined) return theirs;
  const [a, b] = [JSON.stringify(bodyOf(ours)), JSON.stringify(bodyOf(theirs))];
  const isOurs = mergeWord({ base: base && JSON.stringify(bodyOf(base)), ours: a, theirs: b }) === a;
  return isOurs ? ours : theirs;
}
