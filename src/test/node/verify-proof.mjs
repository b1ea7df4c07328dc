// Verifies a proof of this server with the code of Sigstore's client, which shares none with it:
// node verify-proof.mjs PROOF VKEY. Prints "verified", and "refused" for another leaf under the same proof.
import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js')
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js')

const [, , file, vkey] = process.argv
const proof = readFileSync(file, 'utf-8')
const head = proof.slice(0, proof.indexOf('\n\n')).split('\n')
const note = proof.slice(proof.indexOf('\n\n') + 2)
const value = name => head.find(line => line.startsWith(name + ' ')).slice(name.length + 1)
const [name, , key] = vkey.trim().split(/\+([0-9a-f]{8})\+/)
const raw = Buffer.from(key, 'base64')

const entry = leaf => ({
  canonicalizedBody: leaf,
  inclusionProof: {
    logIndex: value('index'),
    hashes: head.slice(head.findIndex(line => line.startsWith('index ')) + 1).map(hash => Buffer.from(hash, 'base64')),
    checkpoint: { envelope: note }
  }
})
const log = {
  logID: createHash('sha256').update(name + '\n').update(raw).digest(),
  baseURL: name,
  publicKey: createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]), format: 'der', type: 'spki'
  })
}
const leaf = Buffer.from(value('extra'), 'base64')
verifyMerkleInclusion(entry(leaf), verifyCheckpoint(entry(leaf), [log]))
console.log('verified')
try {
  verifyMerkleInclusion(entry(Buffer.concat([leaf, Buffer.from(' ')])), verifyCheckpoint(entry(leaf), [log]))
} catch (e) {
  console.log('refused')
}
