// SPDX-License-Identifier: Apache-2.0
// Holds the verifier of this folder against `astyq verify`: one verdict and one code for each file.
//   node web/verify/twice.js ASTYQ FOLDER        of the files that tools/verify_twice makes
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "./dist/verify.js";

const [astyq, folder] = process.argv.slice(2, 4);
const read = (name) => readFileSync(join(folder, name), "utf8");
const counts = new Map();
let findings = 0;

function byProgram(file, trust) {
  const words = ["--config", join(folder, "none"), "--json", "verify", file, ...(trust ? ["--trust", join(folder, trust)] : [])];
  const ran = spawnSync(astyq, words, { encoding: "utf8" });
  if (ran.status === 0 || (ran.status === 6 && ran.stdout !== "")) {
    const said = JSON.parse(ran.stdout);
    return `${said.verdict} ${said.doubt ?? ""}`;
  }
  return `refused ${JSON.parse(ran.stderr).code}`;
}

// What both say of a file, if they say the same.
function judge(what, text, trust) {
  const file = join(folder, "judged");
  writeFileSync(file, text);
  const program = byProgram(file, trust);
  const own = verify(text, trust ? read(trust) : null, BigInt(Date.now()) * 1000000n);
  const said = `${own.verdict} ${own.code}`;
  counts.set(said, (counts.get(said) ?? 0) + 1);
  if (said === program) return said;
  findings += 1;
  console.error(`${what}: web/verify says ${said}, astyq ${program}`);
  return "";
}
function expect(name, trust, wanted) {
  const said = judge(`${name} by ${trust}`, read(name), trust);
  if (said === wanted) return;
  findings += 1;
  console.error(`${name} by ${trust}: expected ${wanted}, both said ${said}`);
}

// Every way to change one member: another value of its form, an empty one, none.
function* forgeries(value, at = []) {
  if (typeof value === "object") {
    for (const [name, member] of Object.entries(value)) yield* forgeries(member, [...at, name]);
    if (at.length > 0) yield { at, with: undefined };
    return;
  }
  const text = String(value);
  const other = (digit) => (digit === "1" ? "2" : "1");
  if (text === "") yield { at, with: "01" };
  else if (typeof value === "number") yield { at, with: value + 1 };
  else for (const place of new Set([0, text.length >> 1, text.length - 1]))
    yield { at, with: text.slice(0, place) + other(text[place]) + text.slice(place + 1) };
  yield { at, with: undefined };
}
function changed(document, forgery) {
  const copy = structuredClone(document);
  const holder = forgery.at.slice(0, -1).reduce((inner, name) => inner[name], copy);
  const last = forgery.at.at(-1);
  if (forgery.with !== undefined) holder[last] = forgery.with;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return JSON.stringify(copy);
}

const cases = [
  ["present", "demo.json"], ["absent", "demo.json"], ["result", "demo.json"],
  ["near", "genesis.json"], ["far", "genesis.json"], ["old", "old.json"],
];
for (const [name, trust] of cases) {
  expect(name, trust, name === "old" ? "stale proof_anchor_stale" : "verified ");
  expect(name, null, "untrusted ");
  for (const forgery of forgeries(JSON.parse(read(name)))) {
    if (forgery.at[0] === "stamp") continue; // left to the program
    judge(`${name}, ${forgery.at.join("/")} = ${forgery.with}`, changed(JSON.parse(read(name)), forgery), trust);
  }
}
expect("far", "start.json", "verified ");
expect("near", "start.json", "refused proof_before_trust");
expect("far", "demo.json", "refused proof_other_network");
expect("present", "genesis.json", "refused proof_other_network");
judge("no JSON", "{", "genesis.json");
judge("another format", read("near").replace("astyq-proof-1", "astyq-proof-2"), "genesis.json");
judge("a name that stands twice", read("near").replace("{", '{"stamp": "", '), "genesis.json");
judge("an unknown name", read("near").replace("{", '{"more": 1, '), "genesis.json");

for (const [said, count] of [...counts].sort()) console.log(`${String(count).padStart(5)} ${said}`);
console.log(`${[...counts.values()].reduce((sum, one) => sum + one, 0)} files, ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
