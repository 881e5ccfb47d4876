// Verifies that one entry is in a PARS log with the code of Sigstore's library, which knows nothing of PARS.
//
//   node verify.mjs FOLDER KEY PROOF
//
// PROOF is what `pars ledger verify FOLDER --key KEY --receipt … --proof PROOF` wrote, or anybody else's C2SP tlog-proof.
// The checkpoint in it has to be signed by KEY, and the entry in FOLDER at its index has to hash up to its root.
import { createPublicKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint.js");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle.js");

const WIDTH = 256;
const ED25519 = Buffer.from("302a300506032b6570032100", "hex"); // what stands before the 32 bytes in X.509

function logOf(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+"); // base64 may hold a plus sign, too
  const key = createPublicKey({
    key: Buffer.concat([ED25519, Buffer.from(rest.join("+"), "base64").subarray(1)]),
    format: "der",
    type: "spki",
  });
  return { logID: Buffer.from(id, "hex"), baseURL: name, publicKey: key };
}

function proofFrom(file) {
  const text = readFileSync(file, "utf8");
  const cut = text.indexOf("\n\n");
  const [version, index, ...hashes] = text.slice(0, cut).split("\n");
  if (version !== "c2sp.org/tlog-proof@v1") throw new Error("this is no tlog-proof");
  return {
    logIndex: index.replace("index ", ""),
    hashes: hashes.map((one) => Buffer.from(one, "base64")),
    checkpoint: { envelope: text.slice(cut + 2) },
  };
}

// The log may have grown since the proof was made: the entry is in the full bundle, or in any part that is wide enough.
function bundleAt(path, place) {
  if (existsSync(path)) return path;
  const width = readdirSync(`${path}.p`).find((one) => Number(one) > place);
  return join(`${path}.p`, width ?? "0");
}

function entryAt(folder, index) {
  const number = Math.floor(index / WIDTH);
  let parts = [String(number % 1000).padStart(3, "0")];
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    parts = ["x" + String(rest % 1000).padStart(3, "0"), ...parts];
  }
  let body = readFileSync(bundleAt(join(folder, "tile", "entries", parts.join("/")), index % WIDTH));
  for (let skip = index % WIDTH; skip > 0; skip--) body = body.subarray(2 + body.readUInt16BE(0));
  return body.subarray(2, 2 + body.readUInt16BE(0));
}

const [folder, key, file] = process.argv.slice(2);
if (file === undefined) {
  console.error("node verify.mjs FOLDER KEY PROOF");
  process.exit(2);
}
try {
  const inclusionProof = proofFrom(file);
  const checkpoint = verifyCheckpoint({ inclusionProof }, [logOf(key)]);
  const index = Number(inclusionProof.logIndex);
  const canonicalizedBody = entryAt(folder, index);
  verifyMerkleInclusion({ inclusionProof, canonicalizedBody }, checkpoint);
  console.log(`holds: entry ${index} of ${checkpoint.logSize}`);
} catch (fault) {
  console.log(`does not hold: ${fault.message}`);
  process.exit(1);
}
