// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { parseConfigFile } from '@helios/core/config';
import { writeFileAtomic } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import type { DrillSettings } from './settings.ts';

const schema = z.strictObject({
  schema: z.literal('helios/identity-journal/v1'),
  drill: z.string(),
  principal: z.string(),
  began: z.iso.datetime(),
});

/** Where it is written down that a drill has a session open. Holds no token: the account alone is enough to end it. */
export interface Journal {
  /** The account of a drill that did not live to close its session, if there is one. Throws HeliosError `config`. */
  left(): Promise<string | undefined>;
  /** Before the session is opened, so that whoever comes next knows of it. */
  open(settings: DrillSettings, now: Date): Promise<void>;
  close(): Promise<void>;
}

export function openJournal(file: string): Journal {
  return {
    async left() {
      if (!existsSync(file)) return undefined;
      const text = readFileSync(file, 'utf8');
      return (await parseConfigFile({ path: file, text, sha256: sha256Hex(text) }, schema)).principal;
    },
    open({ name, principal }, now) {
      const entry = { drill: name, principal: principal.id, began: now.toISOString() };
      return writeFileAtomic(file, canonicalJson({ schema: 'helios/identity-journal/v1', ...entry }));
    },
    close: () => rm(file, { force: true }),
  };
}
