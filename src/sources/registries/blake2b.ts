/**
 * BLAKE2b with a digest of 1 to 64 bytes, unkeyed (RFC 7693). Node's own gives 64 bytes only, and minisign's key files carry a
 * checksum of 32. For short texts: it is not fast.
 */
export function blake2b(content: Uint8Array, lengthBytes: number): Uint8Array {
  const state = IV.map((word, at) => (at === 0 ? word ^ 0x01010000n ^ BigInt(lengthBytes) : word));
  const blocks = Math.max(1, Math.ceil(content.length / BLOCK_BYTES));
  for (let at = 0; at < blocks; at++) {
    const block = new Uint8Array(BLOCK_BYTES);
    block.set(content.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES));
    const last = at === blocks - 1;
    compress(state, { block, counted: BigInt(last ? content.length : (at + 1) * BLOCK_BYTES), last });
  }
  const out = new DataView(new ArrayBuffer(64));
  for (const [at, word] of state.entries()) out.setBigUint64(at * 8, word, true);
  return new Uint8Array(out.buffer, 0, lengthBytes);
}

const BLOCK_BYTES = 128;
const MASK = 0xffffffffffffffffn;

const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/** Columns, then diagonals. */
const MIXED = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

interface Round {
  readonly block: Uint8Array;
  readonly counted: bigint;
  readonly last: boolean;
}

function compress(state: bigint[], { block, counted, last }: Round): void {
  const view = new DataView(block.buffer);
  const v = [...state, ...IV];
  v[12] = at(v, 12) ^ (counted & MASK);
  if (last) v[14] = at(v, 14) ^ MASK;
  for (let round = 0; round < 12; round++) {
    const order = SIGMA[round % 10] ?? [];
    for (const [step, places] of MIXED.entries()) {
      const [x = 0, y = 0] = [order[2 * step], order[2 * step + 1]];
      mix(v, places, view.getBigUint64(x * 8, true), view.getBigUint64(y * 8, true));
    }
  }
  for (let word = 0; word < 8; word++) state[word] = at(state, word) ^ at(v, word) ^ at(v, word + 8);
}

function mix(v: bigint[], [a = 0, b = 0, c = 0, d = 0]: readonly number[], x: bigint, y: bigint): void {
  v[a] = (at(v, a) + at(v, b) + x) & MASK;
  v[d] = turned(at(v, d) ^ at(v, a), 32n);
  v[c] = (at(v, c) + at(v, d)) & MASK;
  v[b] = turned(at(v, b) ^ at(v, c), 24n);
  v[a] = (at(v, a) + at(v, b) + y) & MASK;
  v[d] = turned(at(v, d) ^ at(v, a), 16n);
  v[c] = (at(v, c) + at(v, d)) & MASK;
  v[b] = turned(at(v, b) ^ at(v, c), 63n);
}

const at = (words: readonly bigint[], place: number): bigint => words[place] ?? 0n;

const turned = (word: bigint, bits: bigint): bigint => ((word >> bits) | (word << (64n - bits))) & MASK;
