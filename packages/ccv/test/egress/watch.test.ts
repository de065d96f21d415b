// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../../core/test/input/tree.ts';
import { at, dns, FILES, recordsIn, run, SETTINGS } from './stage.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';

const watch = (root: string, logs: readonly string[], ...more: readonly string[]) =>
  call(run, { args: ['egress', 'watch', ...logs, '--state', 'state.json', ...more], root });

const LOG =
  dns(0, 'a.example.com') + dns(30, 'db.svc.cluster.local') + dns(10, 'b.example.com.') + dns(40, 'mail.example.org');

describe('sec-ccv egress watch', () => {
  it('leaves a record of each first destination, with owner, event time and ingestion', async () => {
    const root = plant({ ...FILES, 'dns.ndjson': LOG });
    const { exit, stdout, stderr } = await watch(root, ['dns=dns.ndjson'], '--drain');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(/[0-9a-f]{16}/g, '<id>')).toMatchInlineSnapshot(`
      "<id>  2026-06-01T00:00:00.000Z  shop/web sends to domain example.com for the first time  (shop@example.com)
      <id>  2026-06-01T00:00:40.000Z  shop/web sends to domain example.org for the first time  (shop@example.com)
      dns: 3 of 4 records watched; the newest of 2026-06-01T00:00:40.000Z
      "
    `);
    expect([...recordsIn(root, 'first-seen').values()]).toContainEqual({
      schema: 'helios/egress-alert/v1',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      kind: 'first-seen',
      source: 'dns',
      workload: 'shop/web',
      destination: { kind: 'domain', name: 'example.com' },
      owner: 'shop@example.com',
      at: at(0),
      observed: at(5),
      late: false,
    });
    expect([...recordsIn(root, 'watch').values()]).toMatchObject([
      { sources: [{ source: 'dns', until: at(40), records: 4, watched: 3, undated: 0 }] },
    ]);
  });

  it('waits for what may still come, and goes on where it stopped', async () => {
    const root = plant({
      ...FILES,
      '1.ndjson': dns(50, 'a.example.com') + dns(80, 'b.example.org'),
      '2.ndjson': dns(45, 'a.example.com') + dns(150, 'b.example.org'),
    });
    expect((await watch(root, ['dns=1.ndjson'])).stdout).not.toContain('first time');
    expect((await watch(root, ['dns=2.ndjson'])).stdout).toContain(`${at(45)}  shop/web sends to domain example.com`);
  });

  it('reads all that a glob names, by name', async () => {
    const root = plant({ ...FILES, 'logs/2.ndjson': dns(200, 'a.example'), 'logs/1.ndjson': dns(100, 'a.example') });
    const { stdout } = await watch(root, ['dns=logs/*'], '--drain');
    expect(stdout).toContain(`${at(100)}  shop/web sends to domain a.example`);
    expect(stdout).toContain('2 of 2 records watched;');
  });

  it('reads a log once, whatever it is called', async () => {
    const root = plant({ ...FILES, 'dns.ndjson': LOG, 'again.ndjson': LOG });
    await watch(root, ['dns=dns.ndjson'], '--drain');
    const again = await watch(root, ['dns=again.ndjson'], '--drain');
    expect([again.exit, again.stderr]).toEqual([3, 'again.ndjson was read before\n']);
  });

  it('reads what gzip has packed, in any number of members', async () => {
    const packed = Buffer.concat([gzipSync(dns(0, 'a.example.com')), gzipSync(dns(40, 'b.example.org'))]);
    const root = plant({ ...FILES, 'dns.ndjson.gz': packed });
    expect((await watch(root, ['dns=dns.ndjson.gz'], '--drain')).stdout).toContain('2 of 2 records watched');
  });

  it('reads files of CloudTrail, and tells buckets of other accounts', async () => {
    const put = (bucket: string, accountId: string, more: object = {}): object => ({
      eventTime: at(5),
      eventSource: 's3.amazonaws.com',
      eventName: 'PutObject',
      userIdentity: { sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111111111111:role/etl' } } },
      requestParameters: { bucketName: bucket },
      additionalEventData: { bytesTransferredIn: 7 },
      resources: [{ type: 'AWS::S3::Object' }, { type: 'AWS::S3::Bucket', accountId }],
      ...more,
    });
    const Records = [
      put('ours', '111111111111'),
      put('theirs', '999999999999', { errorCode: 'AccessDenied' }),
      put('x', '1', { eventName: 'GetObject' }),
    ];
    const root = plant({ ...FILES, 'trail.json.gz': gzipSync(JSON.stringify({ Records })) });
    const { stdout } = await watch(root, ['s3=trail.json.gz'], '--drain');
    expect(stdout).toContain(
      'arn:aws:iam::111111111111:role/etl sends to bucket 999999999999/theirs for the first time  (cloud@example.com)',
    );
    expect(stdout).toContain('s3: 2 of 3 records watched');
  });

  it('counts what does not say who, where or when', async () => {
    const log =
      dns(1, 'a.example', { ns: undefined }) +
      dns(2, 'a.example', { ts: '2026-06-01 00:00:00' }) +
      dns(3, '') +
      dns(4, 'a.example');
    const root = plant({ ...FILES, 'dns.ndjson': log });
    expect((await watch(root, ['dns=dns.ndjson'], '--drain')).stdout).toContain(
      '1 of 4 records watched, 1 undated, 1 unattributed, 1 unaddressed',
    );
  });

  it('takes what a hostile workload calls itself', async () => {
    const app = (name: string): string => dns(1, 'a.example', { app: name });
    const log = app('\u001b[2J\ud800') + app('x'.repeat(2000)) + dns(2, '\u202ea.example') + dns(3, 'y'.repeat(5000));
    const root = plant({ ...FILES, 'dns.ndjson': log });
    const { exit, stdout } = await watch(root, ['dns=dns.ndjson'], '--drain');
    expect([exit, stdout]).toEqual([0, expect.stringContaining('shop/\\u001b[2J\ufffd sends to domain a.example')]);
    expect(stdout).toContain('shop/web sends to malformed no valid name');
    expect(stdout).toContain('2 of 4 records watched, 1 unattributed, 1 unaddressed');
  });

  it('does not let an event of the future push the watermark ahead', async () => {
    const root = plant({
      ...FILES,
      'dns.ndjson': dns(0, 'a.example', { ts: '2199-01-01T00:00:00Z', seen: at(1) }) + dns(2, 'b.example'),
    });
    const { stdout } = await watch(root, ['dns=dns.ndjson'], '--drain');
    expect(stdout).toContain('2 of 2 records watched, 1 ahead');
    expect(stdout).toContain(`${at(1)}  shop/web sends to domain a.example`);
  });

  it.each([
    ['dns.ndjson', '"dns.ndjson" does not say which source it is of', 'Write source=file.'],
    ['dsn=dns.ndjson', 'no source "dsn" in the settings', 'Did you mean "dns"?'],
    ['dns=nowhere', 'nowhere is no file', 'Name a log that is closed'],
    ['dns=torn.ndjson', 'torn.ndjson:2:2: not valid JSON', 'Correct the JSON'],
    ['dns=torn.gz', 'torn.gz: cannot be read to its end', 'Fetch it again.'],
    ['constructor=dns.ndjson', 'no source "constructor"', 'Sources: dns, s3.'],
  ])('%s: %s', async (log, message, hint) => {
    const root = plant({
      ...FILES,
      'dns.ndjson': LOG,
      'torn.ndjson': `${LOG.split('\n')[0]}\n{`,
      'torn.gz': gzipSync(LOG).subarray(0, 60),
    });
    const { exit, stderr } = await watch(root, [log]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain(hint);
  });

  it('goes on though owners and accounts are other ones now', async () => {
    const root = plant({ ...FILES, 'dns.ndjson': LOG });
    await watch(root, ['dns=dns.ndjson']);
    addTo(root, { 'controls/egress/watch.yaml': SETTINGS.replace('shop@example.com', 'web@example.com') });
    expect((await watch(root, ['dns=dns.ndjson'])).stderr).toBe('dns.ndjson was read before\n');
  });

  it('names no file outside of the repository', async () => {
    const outside = SETTINGS.replace('controls/egress/baseline.json', '../baseline.json');
    const root = plant({ ...FILES, 'controls/egress/watch.yaml': outside, 'dns.ndjson': LOG });
    const { exit, stderr } = await call(run, { args: ['egress', 'learn', 'dns=dns.ndjson'], root });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('path leaves the repository')]);
  });

  it.each<[string, (state: string) => string, string]>([
    ['cut short', (state) => `${state.split('\n').slice(0, -2).join('\n')}\n`, 'was cut short'],
    ['of something else', () => '{"schema":"helios/noise-record/v1"}\n', 'state.json:1: is no state of a watch'],
    ['changed', (state) => state.replace('"told":true', '"told":"yes"'), 'is no state of a watch'],
  ])('refuses a state that is %s', async (_, change, message) => {
    const root = plant({ ...FILES, 'dns.ndjson': LOG });
    await watch(root, ['dns=dns.ndjson'], '--drain');
    const state = readFileSync(join(root, 'state.json'), 'utf8');
    writeFileSync(join(root, 'state.json'), change(state));
    const { exit, stderr } = await watch(root, ['dns=dns.ndjson']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('refuses to go on from the state of other settings', async () => {
    const root = plant({ ...FILES, 'dns.ndjson': LOG });
    await watch(root, ['dns=dns.ndjson']);
    addTo(root, { 'controls/egress/watch.yaml': SETTINGS.replace('lateness: 60', 'lateness: 61') });
    const { exit, stderr } = await watch(root, ['dns=dns.ndjson']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('belongs to other settings')]);
  });
});

describe('a watch that was stopped', () => {
  /** Two hours of queries to twelve domains, in five logs. */
  const logs = Array.from({ length: 5 }, (_, part) =>
    Array.from({ length: 300 }, (_, index) =>
      dns(part * 1440 + index * 4, `h.d${(index * 7 + part * 3) % (4 + 2 * part)}.example`, {
        out: index === 200 ? 9e7 : 10,
      }),
    ).join(''),
  );
  const volume = 'volume: {window: 600, history: 12, least: 3, floor: 100000}\n';
  const files = {
    ...FILES,
    'controls/egress/watch.yaml': SETTINGS + volume,
    ...Object.fromEntries(logs.map((log, index) => [`${index}.ndjson`, log])),
  };
  const all = logs.map((_, index) => `dns=${index}.ndjson`);

  const alertsOf = (root: string) => ({
    ...Object.fromEntries(recordsIn(root, 'first-seen')),
    ...Object.fromEntries(recordsIn(root, 'volume')),
  });
  const whole = async (): Promise<object> => {
    const root = plant(files);
    await watch(root, all);
    return alertsOf(root);
  };

  it('and is run log by log, leaves the same records in the same bytes', async () => {
    const root = plant(files);
    for (const log of all) await watch(root, [log]);
    const expected = await whole();
    expect(Object.keys(expected).length).toBeGreaterThan(12);
    expect(alertsOf(root)).toEqual(expected);
  });

  it.each([0, 3])('and died in log %i after it had told of some, leaves them too', async (died) => {
    const root = plant(files);
    // Torn at its end: what came before is told of, and then the watch fails with the state of the log before.
    writeFileSync(join(root, `${died}.ndjson`), `${logs[died]}{`);
    expect((await watch(root, all)).exit).toBe(2);
    writeFileSync(join(root, `${died}.ndjson`), logs[died] ?? '');
    await watch(root, all);
    expect(alertsOf(root)).toEqual(await whole());
  });

  it('by SIGKILL at any moment, leaves the same records once it runs to its end', async () => {
    const root = plant(files);
    const bin = join(import.meta.dirname, '../../src/bin.ts');
    let killed = 0;
    for (let round = 1; round <= (THOROUGH ? 40 : 2); round++) {
      const args = ['--conditions=source', bin, 'egress', 'watch', ...all, '--state', 'state.json'];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
      // After so many lines of alerts: in the midst of its work, and each time a little later.
      let lines = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        lines += chunk.toString().split('\n').length - 1;
        if (lines >= round % 12) child.kill('SIGKILL');
      });
      killed += await new Promise<number>((done) => void child.on('close', (_, signal) => done(signal ? 1 : 0)));
    }
    expect(killed).toBeGreaterThan(1);
    await watch(root, all);
    expect(alertsOf(root)).toEqual(await whole());
  });

  it('and lost its state, tells the same again', async () => {
    const root = plant(files);
    await watch(root, all);
    const before = alertsOf(root);
    rmSync(join(root, 'state.json'));
    await watch(root, all);
    expect(alertsOf(root)).toEqual(before);
  });

  it('remembers the same, whichever way it came', async () => {
    const [one, other] = [plant(files), plant(files)];
    await watch(one, all);
    for (const log of all) await watch(other, [log]);
    expect(readFileSync(join(one, 'state.json'), 'utf8')).toBe(readFileSync(join(other, 'state.json'), 'utf8'));
  });
});
