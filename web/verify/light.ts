// SPDX-License-Identifier: Apache-2.0
// CometBFT v0.38's headers and the rules of its light client, as src/light/README.md tells them.
import { ed25519 } from "@noble/curves/ed25519.js";
import { before, bytesField, bytesOrNone, equal, fixedField, hash, hex, intField, join, merkleRoot, need, utf8, varint,
  type Bytes, type Read } from "./bytes.js";

// In the order of the header's leaves.
const hashNames = ["last_commit_hash", "data_hash", "validators_hash", "next_validators_hash", "consensus_hash",
  "app_hash", "last_results_hash", "evidence_hash", "proposer_address"];
const address = (publicKey: Bytes): Bytes => hash(publicKey).slice(0, 20);
export const timeNs = ({ seconds, nanos }: Read): bigint => seconds * 1_000_000_000n + BigInt(nanos);
const encodeTime = ({ seconds, nanos }: Read): Bytes => join(intField(1, seconds), intField(2, nanos));
const encodeBlockId = ({ hash: of, part_set_header: parts }: Read): Bytes =>
  join(bytesOrNone(1, of), bytesField(2, join(intField(1, parts.total), bytesOrNone(2, parts.hash))));
export const headerHash = (of: Read): Bytes => merkleRoot([
  join(intField(1, of.version.block), intField(2, of.version.app)), bytesOrNone(1, utf8(of.chain_id)),
  intField(1, of.height), encodeTime(of.time), encodeBlockId(of.last_block_id),
  ...hashNames.map((name) => bytesOrNone(1, of[name]))]);
const validatorsHash = (list: Read[]): Bytes => merkleRoot(list.map(({ pub_key: key, voting_power: power }) =>
  join(bytesField(1, bytesField(1, key.ed25519)), intField(2, power))));
function isSigned({ header, commit }: Read, by: Bytes, { signature, timestamp }: Read): boolean {
  const vote = join(intField(1, 2), fixedField(2, commit.height), fixedField(3, commit.round),
    bytesField(4, encodeBlockId(commit.block_id)), bytesField(5, encodeTime(timestamp)),
    bytesField(6, utf8(header.chain_id)));
  try { return ed25519.verify(signature, join(varint(vote.length), vote), by, { zip215: true }); }
  catch { return false; } // the library throws at what has another size or is no point
}
export const isHeader = ({ chain_id: id, height, time: { seconds, nanos } }: Read): boolean => id !== "" &&
  utf8(id).length <= 50 && height > 0n && seconds >= 0n && seconds < 9_223_372_036n && nanos < 1e9;
export const isOf = ({ header, commit }: Read): boolean =>
  commit.height === header.height && equal(commit.block_id.hash, headerHash(header));
const isHash = (one: Bytes): boolean => one.length === 0 || one.length === 32;
const isId = (id: Read): boolean => isHash(id.hash) && isHash(id.part_set_header.hash);
const isVote = ({ block_id_flag: flag, validator_address: by, timestamp, signature: { length } }: Read): boolean =>
  flag === 1 ? by.length + length === 0
    : (flag === 2 || flag === 3) && by.length === 20 && timestamp.nanos < 1e9 && length > 0 && length <= 64;
function checkForm(signed: Read): void {
  const { header: of, commit: { block_id: id, signatures: votes, round } } = signed;
  const isNamed = (name: string): boolean => ["app_hash", "proposer_address"].includes(name) || isHash(of[name]);
  need(isHeader(of) && isId(of.last_block_id) && of.validators_hash.length > 0 && of.proposer_address.length === 20 &&
    hashNames.every(isNamed) && isId(id) && id.hash.length > 0 && round < 2 ** 31 && votes.length > 0 &&
    votes.length <= 10_000 && votes.every(isVote), "light_malformed");
  need(isOf(signed), "light_other_header");
}
function checkValidators(list: Read[]): void {
  need(list.length > 0 && list.length <= 10_000, "light_no_validators");
  const seen = new Set<string>();
  let total = 0n;
  for (const { address: named, pub_key: { ed25519: key, secp256k1 }, voting_power: power } of list) {
    need(key.length > 0 && secp256k1.length === 0, "light_other_key");
    need(key.length === 32 && (named.length === 0 || equal(named, address(key))) && power > 0n &&
      seen.size < seen.add(hex(key)).size, "light_wrong_validator");
    need((total += power) < 2n ** 60n, "light_too_much_power");
  }
}
// Whether the commit claims more than the fraction of the validators' power, whoever signed it.
function isClaimed(commit: Read, list: Read[], numerator: bigint): boolean {
  const power = new Map<string, bigint>(list.map((one) => [hex(address(one.pub_key.ed25519)), one.voting_power]));
  const claims: string[] = commit.signatures.filter((vote: Read) => vote.block_id_flag === 2)
    .map((vote: Read) => hex(vote.validator_address)).filter((by: string) => power.has(by));
  need(new Set(claims).size === claims.length, "light_double_vote");
  const sum = (all: bigint[]): bigint => all.reduce((upTo, one) => upTo + one, 0n);
  return sum(claims.map((by) => power.get(by)!)) * 3n > sum([...power.values()]) * numerator;
}
export function checkCommit(signed: Read, list: Read[]): void {
  const votes: Read[] = signed.commit.signatures;
  const all = (right: (vote: Read, by: Bytes) => boolean): boolean =>
    votes.every((vote, i) => vote.block_id_flag !== 2 || right(vote, list[i].pub_key.ed25519));
  need(equal(signed.header.validators_hash, validatorsHash(list)), "light_other_set");
  need(votes.length === list.length && all(({ validator_address: at }, by) => equal(at, address(by))),
    "light_other_signer");
  need(isClaimed(signed.commit, list, 2n), "light_too_little_power");
  need(all((vote, by) => isSigned(signed, by, vote)), "light_wrong_signature");
}
export interface Trusted { chainId: string; height: bigint; timeNs: bigint; list: Read[]; next: Bytes }
// One step, judged at the time of the block that it leads to. Nothing trusted: whether its own validators signed it.
export function step(trusted: Trusted | undefined, block: Read, periodNs: bigint): Trusted {
  const { signed_header: signed, signed_header: { header: of }, validator_set: { validators: list } } = block;
  const at = timeNs(of.time);
  checkForm(signed);
  need(!trusted || at - trusted.timeNs < periodNs, "light_expired");
  need(!trusted || of.chain_id === trusted.chainId, "light_other_network");
  need(!trusted || (of.height > trusted.height && at > trusted.timeNs), "light_not_later");
  checkValidators(list);
  if (of.height - 1n === trusted?.height) need(equal(of.validators_hash, trusted.next), "light_other_validators");
  else need(!trusted || isClaimed(signed.commit, trusted.list, 1n), "light_not_enough_trust");
  checkCommit(signed, list);
  return { chainId: of.chain_id, height: of.height, timeNs: at, list, next: of.next_validators_hash };
}
// The validators of a genesis before its first block; an embedded network's only one has the power 10.
export function firstOf({ network_id: chainId, time_ns: at, validator_key: only, validators }: Read): Trusted {
  const first: Read[] = only.length > 0 ? [{ key: only, power: 10n }] : validators;
  first.sort((a, b) => Number(b.power - a.power) || (before(address(a.key), address(b.key)) ? -1 : 1));
  const list = first.map(({ key, power }) => ({ pub_key: { ed25519: key }, voting_power: power }));
  return { chainId, height: 0n, timeNs: at, list, next: validatorsHash(list) };
}
