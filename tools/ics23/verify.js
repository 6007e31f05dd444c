// SPDX-License-Identifier: Apache-2.0
// Holds files of `astyq proof` against the ICS-23 verifier of others: what they say it accepts, and no forgery of them.
//   node tools/ics23/verify.js PRESENT ABSENT RESULT
"use strict";

const fs = require("fs");
const { ics23, tendermintSpec, verifyMembership, verifyNonMembership } = require("@confio/ics23");

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const decode = (hex) => ics23.CommitmentProof.decode(bytes(hex));
const [present, absent, result] = process.argv.slice(2, 5).map((path) => JSON.parse(fs.readFileSync(path, "utf8")));
const root = (file) => bytes(file.signed_header.header.app_hash);
let findings = 0;
let cases = 0;

function expect(what, wanted, ask) {
  let found = false;
  try {
    found = ask();
  } catch (error) {
    found = false; // upstream throws at some of what it refuses
  }
  cases += 1;
  if (found === wanted) return;
  findings += 1;
  console.error(`${what}: ${found ? "accepted" : "refused"}`);
}
const member = (proof, file, row) => verifyMembership(proof, tendermintSpec, root(file), bytes(row.key), bytes(row.value));
const missing = (proof, file, key) => verifyNonMembership(proof, tendermintSpec, root(file), key);

// Each forgery changes a fresh copy of an honest proof.
function forge(hex, change) {
  const proof = decode(hex);
  change(proof);
  return proof;
}
function refuseForgeries(what, hex, at, ask) {
  const changed = (name, change) => expect(`${what}, ${name}`, false, () => ask(forge(hex, (proof) => change(at(proof)))));
  changed("another value", (exist) => { exist.value[1] ^= 1; });
  changed("an empty value", (exist) => { exist.value = new Uint8Array(0); });
  changed("another key", (exist) => { exist.key[exist.key.length - 1] ^= 1; });
  changed("a leaf under another prefix", (exist) => { exist.leaf.prefix = Uint8Array.of(1); });
  changed("a step left out", (exist) => { exist.path.splice(0, 1); });
  changed("a step twice", (exist) => { exist.path.splice(0, 0, exist.path[0]); });
  changed("a step as a leaf", (exist) => { exist.path[0].prefix[0] = 0; });
  changed("a step from neither side", (exist) => { exist.path[0].prefix = Uint8Array.of(1); exist.path[0].suffix = new Uint8Array(0); });
}

expect("the row", true, () => member(decode(present.present.ics23), present, present.present));
expect("the range of results", true, () => member(decode(result.result.range.ics23), result, result.result.range));
refuseForgeries("the row", present.present.ics23, (proof) => proof.exist, (proof) => member(proof, present, present.present));
expect("the row at another height", false, () => member(decode(present.present.ics23), result, present.present));

const key = bytes(absent.absent.key);
expect("the absence", true, () => missing(decode(absent.absent.ics23), absent, key));
for (const side of ["left", "right"])
  refuseForgeries(`the ${side} neighbour`, absent.absent.ics23, (proof) => proof.nonexist[side], (proof) => missing(proof, absent, key));
expect("the absence of a neighbour", false, () => missing(decode(absent.absent.ics23), absent, decode(absent.absent.ics23).nonexist.left.key));
for (const side of ["left", "right"])
  expect(`the absence without its ${side} neighbour`, false,
    () => missing(forge(absent.absent.ics23, (proof) => { proof.nonexist[side] = null; }), absent, key));
// Honest paths to the proven row and to the right neighbour, as if nothing stood between: all of one height.
expect("a skipped neighbour", false, () => missing(forge(absent.absent.ics23, (proof) => {
  proof.nonexist.left = decode(present.present.ics23).exist;
}), absent, decode(absent.absent.ics23).nonexist.left.key));
expect("the absence of a row that is there", false, () => missing(decode(absent.absent.ics23), absent, bytes(present.present.key)));
expect("the absence at another height", false, () => missing(decode(absent.absent.ics23), result, key));

console.log(`${cases - findings} passed, ${findings} failed`);
process.exit(findings === 0 ? 0 : 1);
