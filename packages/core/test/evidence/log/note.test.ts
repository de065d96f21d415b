// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, parseCheckpoint } from '../../../src/evidence/log/checkpoint.ts';
import { parseNote, signersOf, signNote } from '../../../src/evidence/log/note.ts';
import {
  formatVerifierKey,
  noteSigner,
  type NoteVerifier,
  parseVerifierKey,
  SIGNATURE_TYPE,
} from '../../../src/evidence/log/note-key.ts';
import { SKIP_REASON, VECTORS, VECTORS_ABSENT } from '../../hash/vectors.ts';

interface Vectors {
  verifierKeys: Record<string, string>;
  signerKey: Record<string, string>;
  rejectedVerifierKeys: { key: string }[];
  open: {
    name: string;
    message?: string;
    known: string[];
    result: string;
    verified?: string[];
    unverified?: string[];
  }[];
  sign: { name: string; text: string; signer?: string; output?: string; error?: string }[];
}

describe.skipIf(VECTORS_ABSENT)(`the published notes${SKIP_REASON}`, () => {
  const vectors = (): Vectors => JSON.parse(readFileSync(`${VECTORS}signed-note/sumdb-note.json`, 'utf8')) as Vectors;

  it('opens or refuses every note as published', () => {
    const { open, verifierKeys } = vectors();
    const notes = open.filter((each) => each.message !== undefined);
    expect(notes.length).toBeGreaterThan(10);
    for (const { name, message = '', known, result, verified, unverified } of notes) {
      const verifiers = known.map((who) => parseVerifierKey(verifierKeys[who] ?? ''));
      if (result === 'ok') {
        expect(opened(message, verifiers), name).toEqual({ verified, unverified });
      } else if (known.length > 0) {
        expect(() => opened(message, verifiers), name).toThrow();
      } else {
        // What Go calls an unverified note has no signer of ours: that is for the caller to refuse.
        expect(tryOpening(message), name).not.toContain('PeterNeumann');
      }
    }
  });

  it('refuses every wrong key, every part of a key, and every key with a byte changed', () => {
    const { verifierKeys, rejectedVerifierKeys } = vectors();
    for (const { key } of rejectedVerifierKeys) expect(() => parseVerifierKey(key)).toThrow('no verifier key');
    for (const key of Object.values(verifierKeys)) {
      expect(parseVerifierKey(key).type).toBe(SIGNATURE_TYPE.ed25519);
      for (let at = 0; at < key.length; at++) {
        expect(() => parseVerifierKey(key.slice(0, at))).toThrow();
        if (at > 0) expect(() => parseVerifierKey(key.slice(at))).toThrow();
        const changed = key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) + 1) + key.slice(at + 1);
        expect(() => parseVerifierKey(changed), changed).toThrow();
      }
    }
  });

  it('signs to the byte as published', () => {
    const { sign: cases, signerKey } = vectors();
    const [, , , , encoded = ''] =
      /^(PRIVATE)\+(KEY)\+([^+]+)\+[0-9a-f]{8}\+(.*)$/.exec(signerKey['PeterNeumann'] ?? '') ?? [];
    const seed = Buffer.from(encoded, 'base64').subarray(1);
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const signer = noteSigner('PeterNeumann', createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    const golden = cases.find(({ output }) => output !== undefined);
    expect(signNote(golden?.text ?? '', signer)).toBe(golden?.output);
    expect(() => signNote('abc', signer)).toThrow('no text of a note');
  });

  it('takes the examples of the specifications for what they are', () => {
    const examples = JSON.parse(readFileSync(`${VECTORS}signed-note/c2sp-examples.json`, 'utf8')) as {
      name: string;
      note?: string;
      verifierKey?: string;
    }[];
    const notes = examples.filter(({ note }) => note !== undefined);
    expect(notes).toHaveLength(4);
    for (const { name, note = '', verifierKey } of notes) {
      const parsed = parseNote(note);
      if (verifierKey !== undefined) expect(signersOf(parsed, [parseVerifierKey(verifierKey)])).toHaveLength(1);
      if (name.startsWith('checkpoint')) expect(parseCheckpoint(parsed.text).size).toBe(20_852_163);
    }
  });

  it('accepts exactly the 43 of 914 edge cases of Ed25519 that the pinned verifier accepts', () => {
    const cases = JSON.parse(readFileSync(`${VECTORS}ed25519/ed25519vectors.json`, 'utf8')) as {
      key: string;
      sig: string;
      msg: string;
    }[];
    expect(cases).toHaveLength(914);
    const accepted = cases.filter(({ key, sig, msg }) => {
      const verifier = verifierOf(Buffer.from(key, 'hex'));
      return verifier.verifies(msg, Buffer.from(sig, 'hex'));
    });
    expect(accepted).toHaveLength(43);
  });
});

function verifierOf(key: Buffer): NoteVerifier {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return parseVerifierKey(formatVerifierKey('edge', createPublicKey({ key: spki, format: 'der', type: 'spki' })));
}

function opened(message: string, verifiers: NoteVerifier[]): { verified: string[]; unverified: string[] } {
  const note = parseNote(message);
  const signers = signersOf(note, verifiers);
  const unknown = note.signatures.filter(({ id }) => !verifiers.some((verifier) => verifier.id === id));
  const distinct = new Map(unknown.map(({ name, signature }) => [signature.toString('hex'), name]));
  return { verified: signers.map(({ name }) => name), unverified: [...distinct.values()] };
}

function tryOpening(message: string): string[] {
  try {
    return opened(message, []).verified;
  } catch {
    return [];
  }
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signer = noteSigner('example.com/log', privateKey);
const verifier = parseVerifierKey(formatVerifierKey('example.com/log', publicKey));

describe('a signed note', () => {
  it('is opened by the key that signed it, and by no other', () => {
    const other = parseVerifierKey(formatVerifierKey('example.com/log', generateKeyPairSync('ed25519').publicKey));
    const note = parseNote(signNote('hello\n', signer));
    expect(signersOf(note, [verifier, other])).toEqual([verifier]);
    expect(signersOf(note, [other])).toEqual([]);
  });

  it('is found out by every change of a single byte', () => {
    const note = Buffer.from(signNote('example.com/log\n5\nroot\n', signer));
    for (let at = 0; at < note.length; at++) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(note);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(holds(changed.toString('latin1') === note.toString('latin1') ? note : changed), `byte ${at}`).toBe(
          false,
        );
      }
    }
    expect(holds(note)).toBe(true);
  });

  it.each(['', 'a b', 'a+b', 'a\nb', 'a\u2028b'])('is never signed by the name %j', (name) => {
    expect(() => noteSigner(name, privateKey)).toThrow('is no name of a log');
  });
});

function holds(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return signersOf(parseNote(text), [verifier]).length === 1;
  } catch {
    return false;
  }
}

describe('a cosignature', () => {
  const witness = parseVerifierKey(formatVerifierKey('witness.example/w', publicKey, SIGNATURE_TYPE.cosignature));
  const text = 'example.com/log\n5\nroot\n';
  const cosigned = (time: bigint, said = time): string => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${said}\n${text}`), privateKey);
    const line = Buffer.concat([Buffer.from(witness.id, 'hex'), stamp, signature]).toString('base64');
    return `${signNote(text, signer)}— witness.example/w ${line}\n`;
  };

  it('stands beside the signature of the log', () => {
    expect(signersOf(parseNote(cosigned(1_700_000_000n)), [verifier, witness])).toEqual([verifier, witness]);
  });

  it('is refused when it says another time than was signed', () => {
    expect(() => signersOf(parseNote(cosigned(5n, 6n)), [witness])).toThrow('does not verify');
  });

  it('is no signature of a log: the same key has another id', () => {
    expect(witness.id).not.toBe(verifier.id);
  });
});

describe('a checkpoint', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
        const text = formatCheckpoint({ origin: 'example.com/log', size, root: Buffer.from(root) });
        expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no root', 'a\n1\n'],
    ['a size with a leading zero', `a\n01\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a size below zero', `a\n-1\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a size beyond what is exact', `a\n9007199254740993\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a root that is too short', `a\n1\n${Buffer.alloc(31).toString('base64')}\n`],
    ['base64 without its padding', `a\n1\n${Buffer.alloc(32).toString('base64').slice(0, -1)}\n`],
    ['an empty extension', `a\n1\n${Buffer.alloc(32).toString('base64')}\n\nx\n`],
  ])('is not %s', (_what, text) => {
    expect(() => parseCheckpoint(text)).toThrow('is no checkpoint');
  });
});
