// SPDX-License-Identifier: Apache-2.0
// Bytes, protobuf's wire and strict JSON, as far as a proof file needs them.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex as hex, concatBytes as join, utf8ToBytes as utf8 } from "@noble/hashes/utils.js";
import format from "./format.json" with { type: "json" };

export { hex, join, utf8 };
export type Bytes = Uint8Array;
// Ends the proof with a code of docs/proof-file.md.
export class Refusal extends Error { constructor(readonly code: string) { super(code); } }
export function need(condition: boolean, code: string): asserts condition { if (!condition) throw new Refusal(code); }
export const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
export const equal = (a: Bytes, b: Bytes): boolean => hex(a) === hex(b);
export const before = (a: Bytes, b: Bytes): boolean => hex(a) < hex(b);
export const hash = (...parts: Bytes[]): Bytes => sha256(join(...parts));
export const bigEndian = (value: Int, size: number): Bytes =>
  Uint8Array.from({ length: size }, (_, i) => Number(BigInt.asUintN(8, BigInt(value) >> BigInt(8 * (size - 1 - i)))));
// RFC 6962: neighbours join, the last of an odd number goes up as it is.
export const leafHash = (leaf: Bytes): Bytes => hash(bytes(0), leaf);
export const node = (left: Bytes, right: Bytes): Bytes => hash(bytes(1), left, right);
export const joined = (level: Bytes[]): Bytes[] =>
  level.flatMap((one, i) => (i % 2 === 1 ? [] : [i + 1 < level.length ? node(one, level[i + 1]!) : one]));
const rootOf = (level: Bytes[]): Bytes => (level.length > 1 ? rootOf(joined(level)) : (level[0] ?? hash()));
export const merkleRoot = (leaves: Bytes[]): Bytes => rootOf(leaves.map(leafHash));
export const varint = (value: Int, rest = BigInt.asUintN(64, BigInt(value))): Bytes =>
  rest < 128n ? bytes(Number(rest)) : join(bytes(Number(rest & 127n) | 128), varint(rest >> 7n));
// A field of a message; one that is 0 or empty is left out, but not by bytesField.
type Int = bigint | number;
export const bytesField = (at: number, value: Bytes): Bytes => join(bytes(at * 8 + 2), varint(value.length), value);
export const bytesOrNone = (at: number, value: Bytes): Bytes => (value.length ? bytesField(at, value) : value);
export const intField = (at: number, value: Int): Bytes => (value ? join(bytes(at * 8), varint(value)) : bytes());
export const fixedField = (at: number, value: Int): Bytes =>
  value ? join(bytes(at * 8 + 1), bigEndian(value, 8).reverse()) : bytes();
// A message's fields by number: varints and bytes, no others stand in a proof.
export class Fields {
  private readonly found: [number, bigint | Bytes][] = [];
  constructor(message: Bytes) {
    let at = 0;
    const number = (shift = 0n): bigint => {
      need(at < message.length && shift < 70n, "proof_malformed");
      const byte = message[at++]!;
      return BigInt.asUintN(64, (BigInt(byte & 127) << shift) | (byte < 128 ? 0n : number(shift + 7n)));
    };
    while (at < message.length) {
      const [tag, value] = [Number(number()), number()];
      const end = tag % 8 === 2 ? at + Number(value) : at;
      need((tag % 8 === 0 || tag % 8 === 2) && end <= message.length, "proof_malformed");
      this.found.push([Math.floor(tag / 8), tag % 8 === 0 ? value : message.slice(at, (at = end))]);
    }
  }
  private of = (number: number): unknown[] => this.found.flatMap(([at, value]) => (at === number ? [value] : []));
  all = (number: number): Bytes[] => this.of(number).filter((value): value is Bytes => value instanceof Uint8Array);
  int = (number: number): bigint => this.of(number).filter((value) => typeof value === "bigint").at(-1) ?? 0n;
  bytes = (number: number): Bytes => this.all(number).at(-1) ?? bytes();
  messages = (number: number): Fields[] => this.all(number).map((one) => new Fields(one));
}
// What a member of JSON is: a list has one kind, a name is that of format.json or one of hex, i64, u64, u32, text, any.
// What is left out is the default; with a question mark it stays undefined.
type Kind = string | Kind[] | { [name: string]: Kind };
export type Read = any; // of the shape that format.json tells
const kinds: { [name: string]: Kind } = format;
function read(value: Read, named: Kind): Read {
  if (named === "any" || (value === undefined && String(named).endsWith("?"))) return value;
  const kind = typeof named === "string" ? (kinds[named.replace("?", "")] ?? named) : named;
  const is = (right: boolean): void => need(right, "");
  if (typeof kind === "object") {
    const members = value === undefined ? (Array.isArray(kind) ? [] : {}) : value;
    is(typeof members === "object" && members !== null && Array.isArray(members) === Array.isArray(kind));
    if (Array.isArray(kind)) return members.map((one: unknown) => read(one, kind[0]!));
    is(Object.keys(members).every((name) => Object.hasOwn(kind, name)));
    return Object.fromEntries(Object.entries(kind).map(([name, of]) => [name, read(members[name], of)]));
  }
  const scalar = value === undefined ? ({ u32: 0, text: "", hex: "" }[kind] ?? "0") : value;
  is(typeof scalar === (kind === "u32" ? "number" : "string"));
  if (kind === "text") return scalar;
  is((kind === "hex" ? /^([0-9a-f]{2})*$/ : /^(0|-?[1-9][0-9]*)$/).test(String(scalar)));
  if (kind === "hex") return Uint8Array.from(scalar.match(/../g) ?? [], (pair: string) => parseInt(pair, 16));
  const whole = BigInt(scalar);
  is(whole === (kind === "i64" ? BigInt.asIntN(64, whole) : BigInt.asUintN(kind === "u32" ? 32 : 64, whole)));
  return kind === "u32" ? scalar : whole;
}
// Refuses what is not of the kind, and what JSON.parse would pass over: a name that stands twice.
export function readJson(text: string, kind: string, code: string): Read {
  try {
    const parsed = JSON.parse(text);
    need(JSON.stringify(parsed) === text.replace(/("(?:[^"\\]|\\.)*")|\s/g, "$1"), "");
    return read(parsed, kind);
  } catch { throw new Refusal(code); }
}
