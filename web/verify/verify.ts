// SPDX-License-Identifier: Apache-2.0
// Checks a proof file as docs/proof-file.md says, with the verdicts and codes of `astyq verify`.
import { before, bigEndian, bytes, equal, Fields, hash, hex, join, joined, leafHash, need, node, readJson, Refusal,
  varint, type Bytes, type Read } from "./bytes.js";
import { checkCommit, firstOf, headerHash, isHeader, isOf, step, timeNs, type Trusted } from "./light.js";

// The statement is what was so, read no further, after which block and when.
export interface Outcome { verdict: "verified" | "stale" | "untrusted" | "refused"; code: string; statement?: Read }
// ICS-23 by TendermintSpec.
const isLeft = (one: Fields): boolean => equal(one.bytes(2), bytes(1)) && one.bytes(3).length === 32;
const isRight = (one: Fields): boolean => one.bytes(2)[0] === 1 && one.bytes(2).length === 33 && !one.bytes(3).length;
function checkMember(root: Bytes, member: Fields): void {
  const [key, value, leaf, path] = [member.bytes(1), member.bytes(2), member.bytes(3), member.messages(4)];
  need(key.length > 0, "proof_empty_key"); need(value.length > 0, "proof_empty_value");
  need(hex(leaf) === "0801180120012a0100", "proof_wrong_step"); // hashes: SHA-256, none, SHA-256; with its length; 0x00
  need(path.length <= 128, "proof_too_deep");
  need(path.every((one) => one.int(1) === 1n && (isLeft(one) || isRight(one))), "proof_wrong_step");
  const leafAt = hash(bytes(0), varint(key.length), key, varint(32), hash(value));
  need(equal(root, path.reduce((at, one) => hash(one.bytes(2), at, one.bytes(3)), leafAt)), "proof_other_root");
}
function checkPresent(root: Bytes, { key, value, ics23 }: Read): void {
  const member = new Fields(ics23).messages(1).at(-1);
  need(!!member, "proof_other_kind");
  need(equal(member.bytes(1), key), "proof_other_key"); need(equal(member.bytes(2), value), "proof_other_value");
  checkMember(root, member);
}
function checkAbsent(root: Bytes, { key, ics23 }: Read): void {
  const sides = new Fields(ics23).messages(2).at(-1);
  need(!!sides, "proof_other_kind"); need(key.length > 0, "proof_empty_key");
  const [left, right] = [sides.messages(2).at(-1), sides.messages(3).at(-1)];
  need(!!left || !!right, "proof_not_neighbours");
  for (const side of [left, right]) if (side) checkMember(root, side);
  need((!left || before(left.bytes(1), key)) && (!right || before(key, right.bytes(1))), "proof_not_between");
  const [down, up] = [left?.messages(4) ?? [], right?.messages(4) ?? []];
  const part = (a = down.pop(), b = up.pop()): boolean => // from the root down to where they part
    !!a && !!b && (equal(a.bytes(2), b.bytes(2)) && equal(a.bytes(3), b.bytes(3)) ? part() : isLeft(a) && isRight(b));
  need((!left || !right || part()) && down.every(isRight) && up.every(isLeft), "proof_not_neighbours");
}
// The root above neighbouring hashes from place `first` of `leaves`, with those beside them from the leaves up.
function rootAbove(run: Bytes[], first: bigint, leaves: bigint, beside: Bytes[]): Bytes | undefined {
  if (first + BigInt(run.length) > leaves) return undefined;
  if (leaves === 1n) return beside.length === 0 ? run[0] : undefined;
  const end = first + BigInt(run.length);
  const [left, right] = [Number(first % 2n), end % 2n === 1n && end < leaves ? 1 : 0];
  if (beside.length < left + right) return undefined;
  const level = [...beside.slice(0, left), ...run, ...beside.slice(left, left + right)];
  return rootAbove(joined(level), first / 2n, (leaves + 1n) / 2n, beside.slice(left + right));
}
function checkResult(root: Bytes, of: Read): void {
  const [isHash, count] = [(one: Bytes): boolean => one.length === 32, of.operations.length];
  need(isHash(of.body_hash) && of.blocks.every(isHash) && count > 0 && count <= 0xffff, "proof_malformed");
  need(equal(of.range.key, bytes(4, 0, 0, 0, 0)), "proof_other_result"); // the row `result_range`
  checkPresent(root, of.range);
  need(of.range.value[0] === 1, "proof_unknown_row");
  const run = of.operations.map((one: Read, i: number) => leafHash(join(of.body_hash, bigEndian(i, 2),
    bigEndian(count, 2), bigEndian(one.code, 4), bigEndian(one.first_id, 8), bigEndian(one.count, 4))));
  const outcomes = of.outcomes.every(isHash) && rootAbove(run, of.first_outcome, of.block_outcomes, of.outcomes);
  const range = new Fields(of.range.value.slice(1));
  let [place, leaves, peak, levels] = [of.height - 1n, range.int(1), 0, 63n];
  need(!!outcomes && place >= 0n && place < leaves, "proof_other_result");
  for (; !((leaves >> levels) & 1n) || place >= 1n << levels; levels--) // the peak over the block's leaf
    if ((leaves >> levels) & 1n) [place, peak] = [place - (1n << levels), peak + 1];
  const top = of.blocks.reduce((at: Bytes, one: Bytes, level: number) =>
    (place >> BigInt(level)) & 1n ? node(one, at) : node(at, one),
    leafHash(join(bigEndian(of.height, 8), bigEndian(of.time_ns, 8), outcomes)));
  need(BigInt(of.blocks.length) === levels && equal(range.all(2)[peak] ?? bytes(), top), "proof_other_result");
  need(!of.body.length || equal(hash(of.body), of.body_hash), "proof_other_body");
  need(!of.body.length || new Fields(of.body).all(5).length === count, "proof_unknown_row");
}
// Whether what is trusted, a genesis' JSON or a file of `astyq trust`, leads to the header.
function checkTrust(proof: Read, text: string, nowNs: bigint): "verified" | "stale" {
  const [signed, isBlock] = [proof.signed_header, /"format"\s*:\s*"astyq-trust-1"/.test(text)];
  const trust = readJson(text, isBlock ? "TrustedBlock" : "Genesis", isBlock ? "trust_malformed" : "genesis_invalid");
  const start = isBlock ? step(undefined, trust.block, 0n) : firstOf(trust);
  need(signed.header.chain_id === start.chainId, "proof_other_network");
  if (trust.validator_key?.length > 0) // an embedded network's only one
    try { need(signed.commit.round === 0, ""); checkCommit(signed, start.list); return "verified"; }
    catch { throw new Refusal("proof_wrong_signature"); }
  // What was found right stays so.
  if (isBlock && equal(headerHash(signed.header), headerHash(trust.block.signed_header.header))) return "verified";
  need(signed.header.height > start.height, "proof_before_trust");
  const periodNs = BigInt(trust.trusting_days) * 86_400_000_000_000n;
  const way: Read[] = [...proof.path, { signed_header: signed, validator_set: proof.validators }];
  const end = way.reduce((trusted: Trusted, block) => step(trusted, block, periodNs), start);
  need(end.timeNs - nowNs < 10_000_000_000n, "proof_from_future");
  return nowNs - start.timeNs < periodNs ? "verified" : "stale";
}
function check(proof: Read, trustText: string | null, nowNs: bigint): Outcome {
  const { signed_header: signed, present, absent, result, opening, sealed, stamp } = proof;
  const [of, root] = [signed.header, signed.header.app_hash];
  need(isHeader(of) && root.length === 32 && isOf(signed), "proof_malformed");
  const verdict = trustText === null ? "untrusted" : checkTrust(proof, trustText, nowNs);
  need([present, absent, result].filter(Boolean).length === 1 &&
    (present || !(opening || sealed || stamp.length)), "proof_malformed");
  if (present) checkPresent(root, present);
  else if (absent) checkAbsent(root, absent);
  else checkResult(root, result);
  need(!opening || !sealed, "proof_malformed");
  need(!opening || (opening.blind.length === 16 &&
    equal(hash(opening.blind, opening.restricted), present.value.slice(-32))), "proof_other_opening");
  return { verdict, code: verdict === "stale" ? "proof_anchor_stale" : "", statement: {
    network_id: of.chain_id, height: of.height - 1n, time_ns: timeNs(of.time), present, absent, result } };
}
// `trustText`: the network's genesis.json or a file of `astyq trust`; null when nobody is trusted.
export function verify(proofText: string, trustText: string | null, nowNs: bigint): Outcome {
  try {
    const proof = readJson(proofText, "Proof", "proof_malformed");
    need(proof.format === "astyq-proof-1", /^astyq-proof-/.test(proof.format) ? "proof_version" : "proof_malformed");
    return check(proof, trustText, nowNs);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { verdict: "refused", code: refusal.code };
  }
}
