// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync } from 'node:fs';
import { z } from 'zod';
import { fail } from '../error.ts';
import { withLock, writeFileAtomic } from '../fs/index.ts';
import { canonicalJson } from '../hash/index.ts';
import { readNdjson } from '../input/index.ts';
import { type Change, type Check, mergeIssues } from '../record/index.ts';
import { type Issue, issueSchema } from '../record/issue.ts';
import type { Connector } from './connector.ts';
import type { Effect } from './effect.ts';

/** Whatever was sent: one line for each kind and key, the last that was said of it. */
type SentRecord = { readonly schema: string; readonly key: string } & Readonly<Record<string, unknown>>;

const recordSchema = z.looseObject({ schema: z.string().startsWith('helios/'), key: z.string() });

const LOCK_TIMEOUT_MS = 10_000;

/** A file that takes all that other connectors take, for those who have none of them, and to see what would be sent. */
export function fileConnector(path: string): Connector {
  const plan = async (wanted: SentRecord, title: string): Promise<Effect[]> => {
    const held = (await readRecords(path)).find((record) => nameOf(record) === nameOf(wanted));
    return held && canonicalJson(held) === canonicalJson(wanted) ? [] : [effectOf(path, wanted, title, held)];
  };
  return {
    async planIssues(wanted, prefix) {
      const held = (await readRecords(path)).flatMap((record) => issueSchema.safeParse(record).data ?? []);
      const before = new Map(held.map((issue) => [issue.key, issue]));
      return mergeIssues(held, wanted, prefix).flatMap((issue) => {
        const old = before.get(issue.key);
        return old && canonicalJson(old) === canonicalJson(issue) ? [] : [effectOf(path, issue, issue.title, old)];
      });
    },
    planAlert: (alert) => plan(alert, alert.summary),
    planChange: (change) => plan(changeRecord(change), change.title),
    planCheck: (check) => plan(checkRecord(check), check.title),
  };
}

function effectOf(path: string, record: SentRecord, title: string, held: SentRecord | undefined): Effect {
  const what = /^helios\/([a-z-]+)\//.exec(record.schema)?.[1] ?? 'record';
  const apply = async (): Promise<string> => {
    await withLock(`${path}.lock`, () => storeRecord(path, record), { timeoutMs: LOCK_TIMEOUT_MS });
    return path;
  };
  return { action: actionOf(record, held), what, key: record.key, title, apply };
}

function actionOf(record: SentRecord, held: SentRecord | undefined): Effect['action'] {
  if (!held) return 'create';
  if (held['state'] === record['state']) return 'update';
  return record['state'] === ('closed' satisfies Issue['state']) ? 'close' : 'reopen';
}

async function storeRecord(path: string, record: SentRecord): Promise<void> {
  const others = (await readRecords(path)).filter((held) => nameOf(held) !== nameOf(record));
  const all = [...others, record].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await writeFileAtomic(path, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
}

async function readRecords(path: string): Promise<SentRecord[]> {
  const records: SentRecord[] = [];
  if (!existsSync(path)) return records;
  for await (const { line, value } of readNdjson(path, createReadStream(path))) {
    const { data } = recordSchema.safeParse(value);
    records.push(data ?? fail('config', 'is nothing that Helios wrote', { path, line, hint: 'Name another file.' }));
  }
  return records;
}

function nameOf({ schema, key }: SentRecord): string {
  return `${schema} ${key}`;
}

function changeRecord({ files, ...change }: Change): SentRecord {
  const contents = [...files].map(([path, content]) => [path, content && Buffer.from(content).toString('base64')]);
  return {
    schema: 'helios/change/v1',
    ...change,
    files: Object.fromEntries(contents) as Record<string, string | null>,
  };
}

function checkRecord({ findings, ...check }: Check): SentRecord {
  return { schema: 'helios/check/v1', ...check, findings: findings.map(({ fingerprint }) => fingerprint) };
}
