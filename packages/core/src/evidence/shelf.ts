// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '../error.ts';
import { createExclusive } from '../fs/index.ts';
import { sha256Hex } from '../hash/index.ts';
import { bundleSchema, verifyBundle } from './bundle.ts';
import { bundlePath } from './names.ts';
import { openFolder, readEvidence } from './read.ts';
import type { KeySigner, Signer } from './signer.ts';

/** Where evidence is put, each file whole and for good. Throws HeliosError `io`, or `evidence` when a file changed. */
export class Shelf {
  readonly created: string[] = [];
  readonly #directory: string;
  readonly #signer: Signer | undefined;

  constructor(directory: string, signer: Signer | undefined) {
    this.#directory = directory;
    this.#signer = signer;
  }

  async put(path: string, text: string): Promise<void> {
    if ((await createExclusive(join(this.#directory, path), text)) === 'created') this.created.push(path);
  }

  async putStatement(path: string, text: string): Promise<void> {
    await this.put(path, text);
    if (this.#signer?.kind === 'key') await this.#sign(path, text, this.#signer);
    if (this.#signer?.kind === 'keyless') {
      const bundle = await this.#signer.sign(text);
      await this.put(bundlePath(path, sha256Hex(bundle)), bundle);
    }
  }

  /** A signature over the same statement by the same key is as good as a new one. */
  async #sign(statementPath: string, text: string, signer: KeySigner): Promise<void> {
    const path = bundlePath(statementPath, signer.keyId);
    if (existsSync(join(this.#directory, path))) return this.#verify(path, text, signer);
    try {
      await this.put(path, await signer.sign(text));
    } catch (cause) {
      // Another process signed in this very moment: its bytes differ from ours, but they may verify.
      if (!(cause instanceof HeliosError && cause.code === 'evidence')) throw cause;
      await this.#verify(path, text, signer);
    }
  }

  async #verify(path: string, text: string, signer: KeySigner): Promise<void> {
    const { value } = readEvidence(openFolder(this.#directory), path, bundleSchema);
    try {
      await verifyBundle(value, Buffer.from(text), new Map([[signer.keyId, signer.publicKey]]));
    } catch (cause) {
      if (!(cause instanceof HeliosError)) throw cause;
      throw new HeliosError('evidence', `the bundle that is there ${cause.message}`, {
        path,
        cause,
        hint: 'Move it away to sign anew.',
      });
    }
  }
}
