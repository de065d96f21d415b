// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
import { fail, HeliosError, messageOf } from '@helios/core/error';
import type { Peeked } from './bytes.ts';
import type { Collection } from './collect.ts';
import { parseEventXml } from './event-xml.ts';
import { isJson } from './fields.ts';
import { EVENT_LIMITS } from './limits.ts';
import type { EventSource } from './source.ts';

/** Not a dependency: it brings 28 MB of date-fns for a format that few gates meet. */
const PACKAGE: string = '@ts-evtx/core';

/** What is used of the package: each record as the XML that Windows shows. */
interface EvtxPackage {
  readonly EvtxFile: { open(path: string): Promise<{ records(): Iterable<{ renderXml(): string }> }> };
}

const BATCH = 256;

/** The records of a Windows event log. Throws HeliosError `input` where the package or the file is not as needed. */
export async function* readEvtx(source: EventSource, peeked: Peeked, collection: Collection): AsyncGenerator<void> {
  const { file, absolute } = source;
  await peeked.close();
  if (absolute === undefined) {
    fail('input', 'is an EVTX log in a stream', { path: file, hint: 'Name the file: EVTX is not read from a stream.' });
  }
  const { EvtxFile } = await loadPackage(file);
  if (statSync(absolute).size > EVENT_LIMITS.evtxBytes) {
    fail('input', `is over the limit of ${EVENT_LIMITS.evtxBytes.toLocaleString('en-US')} bytes an EVTX log`, {
      path: file,
      hint: 'Convert it to NDJSON, with evtx_dump for one.',
    });
  }
  let record = 0;
  try {
    const log = await EvtxFile.open(absolute);
    for (const each of log.records()) {
      record++;
      addRecord(collection, record, each);
      if (record % BATCH === 0 && collection.isFilled()) yield;
    }
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    fail('input', `not a whole EVTX log after record ${record}: ${messageOf(cause)}`, { path: file, cause });
  }
  if (collection.isFilled()) yield;
}

function addRecord(collection: Collection, record: number, each: { renderXml(): string }): void {
  let xml: string;
  try {
    xml = each.renderXml();
  } catch {
    return collection.bad(record, 'cannot be decoded');
  }
  // The package writes `<Event/>` or names of its own where it does not understand a record, and goes on.
  const parsed = UNKNOWN.test(xml) ? undefined : parseEventXml(xml);
  const event = parsed?.['Event'];
  if (parsed === undefined || !isJson(event) || !isJson(event['System'])) collection.bad(record, 'cannot be decoded');
  else collection.add(record, parsed);
}

const UNKNOWN = /<UnknownTag_|<[^<>]* UnknownAttribute_0x/;

async function loadPackage(file: string): Promise<EvtxPackage> {
  try {
    return (await import(PACKAGE)) as EvtxPackage;
  } catch (cause) {
    return fail('input', `is an EVTX log, and the package ${PACKAGE} that reads those is not installed`, {
      path: file,
      cause,
      hint: `Install it beside Helios (npm install ${PACKAGE}), or convert the log to NDJSON.`,
    });
  }
}
