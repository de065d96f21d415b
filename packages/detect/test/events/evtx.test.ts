// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BadRecord, eventFile, type LogEvent, readEvents } from '../../src/events/index.ts';
import { makeFolder } from './stage.ts';

const PACKAGE: string = '@ts-evtx/core';
const installed = await import(PACKAGE).then(
  () => true,
  () => false,
);

/** Two process creations of Sysmon, each with a template of its own; written byte by byte by the format's description. */
const LOG = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures/two-records.evtx.gz')));

async function readLog(bytes: Uint8Array): Promise<{ events: LogEvent[]; bad: BadRecord[] }> {
  const root = makeFolder();
  writeFileSync(join(root, 'log.evtx'), bytes);
  const bad: BadRecord[] = [];
  const events = await Array.fromAsync(
    readEvents(eventFile(root, 'log.evtx'), { onBad: (record) => bad.push(record) }),
  );
  return { events, bad };
}

afterEach(() => {
  vi.doUnmock(PACKAGE);
});

/** A package whose records say what they are given to say. */
function installFake(records: Iterable<() => string>): void {
  const log = {
    *records() {
      for (const renderXml of records) yield { renderXml };
    },
  };
  vi.doMock(PACKAGE, () => ({ EvtxFile: { open: () => Promise.resolve(log) } }));
}

const xmlOf = (data: string): string =>
  `<Event><System><Provider Name="P"/><EventID>4688</EventID><Channel>Security</Channel></System>${data}</Event>`;

describe('The adapter to the EVTX package', () => {
  it('makes events of what it renders', async () => {
    installFake([() => xmlOf('<EventData><Data Name="NewProcessName">C:\\a &amp; b.exe</Data></EventData>')]);
    const { events, bad } = await readLog(LOG);
    expect(bad).toEqual([]);
    expect(events[0]?.fields).toMatchObject({ Provider_Name: 'P', EventID: 4688, Image: 'C:\\a & b.exe' });
    expect(events[0]?.logsources).toEqual([{ product: 'windows', category: 'process_creation', service: 'security' }]);
  });

  it('tells each record that the package does not understand', async () => {
    const broken = (): string => {
      throw new Error('x');
    };
    installFake([
      broken,
      () => '<Event/>',
      () => '<a>',
      () => xmlOf('<UnknownTag_0x24d>x</UnknownTag_0x24d>'),
      () => xmlOf('<Data UnknownAttribute_0x2="a"/>'),
      () => xmlOf(''),
    ]);
    const { events, bad } = await readLog(LOG);
    expect(events.map(({ at }) => at.record)).toEqual([6]);
    expect(bad.map(({ record, reason }) => `${record} ${reason}`)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `${n} cannot be decoded`),
    );
  });

  it('refuses a log in which the package gets stuck, after the events before', async () => {
    installFake(
      (function* () {
        yield () => xmlOf('');
        throw new Error('bad chunk');
      })(),
    );
    await expect(readLog(LOG)).rejects.toThrow(/not a whole EVTX log after record 1: bad chunk/);
  });
});

describe.skipIf(!installed)(`EVTX${installed ? '' : ` (skipped: ${PACKAGE} is not installed)`}`, () => {
  it('is read as Sigma names its fields', async () => {
    const { events, bad } = await readLog(LOG);
    expect(bad).toEqual([]);
    expect(events.map(({ fields }) => fields)).toEqual(
      ['C:\\a.exe', 'C:\\b.exe'].map((Image) => ({
        Provider_Name: 'Microsoft-Windows-Sysmon',
        EventID: 1,
        TimeCreated_SystemTime: '2026-04-08T10:58:04.850Z',
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: 'h',
        Image,
        CommandLine: 'a & <b>',
        Empty: '',
      })),
    );
  });
});
