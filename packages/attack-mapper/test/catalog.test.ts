// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageOf } from '@helios/core/error';
import { currentOf, formatCatalog, isLive, parentOf, parseCatalog, type Technique } from '../src/catalog/catalog.ts';
import { compareVersions, openShipped, shippedVersions } from '../src/catalog/shipped.ts';
import { makeTree, NO_SHARED, ROOT, runCli, SHARED } from './stage.ts';

const v18 = openShipped('attack', '18.1');
const v19 = openShipped('attack', '19');
const atlas = openShipped('atlas', '5.6.0');

function live(techniques: Iterable<Technique>): string[] {
  return [...techniques].filter(isLive).map(({ id }) => id);
}

describe('the catalogs that come with Helios', () => {
  it('hold as many live techniques as were published', () => {
    const counts = [v18, v19, atlas].map((catalog) => {
      const ids = live(catalog.techniques.values());
      const parents = ids.filter((id) => parentOf(id) === id).length;
      return [catalog.document.version, parents, ids.length - parents, catalog.document.tactics.length];
    });
    expect(counts).toEqual([
      ['18.1', 216, 475, 14],
      ['19', 222, 475, 15],
      ['5.6.0', 101, 69, 16],
    ]);
  });

  it('call the twelve techniques deprecated that the MISP cluster does not tell apart', () => {
    const deprecated = [...v19.techniques.values()].filter(({ state }) => state === 'deprecated').map(({ id }) => id);
    expect(deprecated).toEqual(
      'T1026 T1034 T1043 T1051 T1053.004 T1061 T1062 T1064 T1108 T1149 T1153 T1175'.split(' '),
    );
  });

  it('resolve the seventeen ids that ended with v19', () => {
    const crosswalk = live(v18.techniques.values())
      .filter((id) => !live(v19.techniques.values()).includes(id))
      .map((id) => `${id} ${currentOf(id, v19.techniques)?.id}`);
    expect(crosswalk).toEqual([
      'T1070.001 T1685.005',
      'T1070.002 T1685.006',
      'T1562 T1685',
      'T1562.001 T1685',
      'T1562.002 T1685.001',
      'T1562.003 T1690',
      'T1562.004 T1686',
      'T1562.006 T1685',
      'T1562.007 T1686.001',
      'T1562.008 T1685.002',
      'T1562.009 T1688',
      'T1562.010 T1689',
      'T1562.011 T1685.003',
      'T1562.012 T1685.004',
      'T1562.013 T1686.002',
      'T1656 T1684.001',
      'T1672 T1684.002',
    ]);
  });

  it('know that Defense Evasion was split, and where the new tactic stands', () => {
    expect(v19.document.renamedTactics).toEqual({ 'defense-evasion': ['defense-impairment', 'stealth'] });
    const order = v19.document.tactics.map(({ id, shortName }) => `${id} ${shortName}`);
    expect(order.slice(5, 9)).toEqual([
      'TA0004 privilege-escalation',
      'TA0005 stealth',
      'TA0112 defense-impairment',
      'TA0006 credential-access',
    ]);
  });

  it('are what a catalog of one’s own would have to be', () => {
    for (const name of readdirSync(join(ROOT, 'controls/catalog')).filter((entry) => entry.endsWith('.json'))) {
      const text = readFileSync(join(ROOT, 'controls/catalog', name), 'utf8');
      expect(formatCatalog(parseCatalog(name, text).document)).toBe(text);
    }
  });

  it('are refused in a few words where they say something else', () => {
    const refuse = (from: string | RegExp, to: string): string => {
      const text = readFileSync(join(ROOT, 'controls/catalog/attack-enterprise-19.json'), 'utf8').replace(from, to);
      try {
        return `taken: ${parseCatalog('own.json', text).path}`;
      } catch (thrown) {
        return messageOf(thrown);
      }
    };
    expect(refuse(/"live"/g, '"alive"')).toMatch(/^not a catalog: techniques\.0\.state: [^\n]{0,80}$/);
    expect(refuse('"id":"T1059"', '"id":"T1548"')).toBe('names T1548 twice');
  });

  it('carry the notice that the terms ask for, and no descriptions', () => {
    for (const { document } of [v18, v19])
      expect(document.notice).toContain('reproduced and distributed with the permission of The MITRE Corporation');
    expect(JSON.stringify(v19.document)).not.toContain('"description"');
  });

  it('are listed by version, the newest last', () => {
    expect(shippedVersions('attack')).toEqual(['18.1', '19']);
    expect(['19.1', '9.9', '19', '18.10', '18.9'].sort(compareVersions)).toEqual([
      '9.9',
      '18.9',
      '18.10',
      '19',
      '19.1',
    ]);
  });
});

describe('following replacements', () => {
  const technique = (id: string, replacement: string): Technique => ({
    id,
    name: id,
    tactics: [],
    state: 'revoked',
    replacement,
  });
  it('ends in a cycle, and at a replacement that is gone', () => {
    const techniques = new Map(
      [technique('T1', 'T2'), technique('T2', 'T1'), technique('T3', 'T9')].map((each) => [each.id, each]),
    );
    expect(currentOf('T1', techniques)).toBeUndefined();
    expect(currentOf('T3', techniques)).toBeUndefined();
  });
});

describe.skipIf(!existsSync(SHARED))(`catalog build${NO_SHARED}`, () => {
  const committed = (name: string): string => join(ROOT, 'controls/catalog', name);
  it.each([
    [
      'attack-enterprise-18.1.json',
      ['attack/enterprise-attack-18.1.json', '--release', '18.1', '--name', 'mitre/cti enterprise-attack 18.1'],
    ],
    [
      'attack-enterprise-19.json',
      [
        'attack/mitre-attack-pattern-19.json',
        '--release',
        '19',
        '--name',
        'MISP/misp-galaxy mitre-attack-pattern',
        '--previous',
        committed('attack-enterprise-18.1.json'),
      ],
    ],
    ['atlas-5.6.0.json', ['atlas/ATLAS.yaml', '--name', 'mitre-atlas/atlas-data ATLAS.yaml']],
  ])('makes %s out of the public source, byte for byte', async (name, [source = '', ...flags]) => {
    const cwd = makeTree({});
    const ran = await runCli(cwd, 'catalog', 'build', join(SHARED, source), '-o', name, ...flags);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(readFileSync(join(cwd, name), 'utf8')).toBe(readFileSync(committed(name), 'utf8'));
  });
});

describe('catalog build with the wrong file', () => {
  it.each([
    ['{"type":"bundle"}', 'neither a STIX bundle, a MISP galaxy cluster nor ATLAS.yaml'],
    ['[1', 'not valid JSON'],
    ['['.repeat(5000), 'nesting is over the limit'],
  ])('says so: %.20s', async (text, message) => {
    const ran = await runCli(makeTree({ 'x.json': text }), 'catalog', 'build', 'x.json', '-o', 'y.json');
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toContain(message);
  });

  it('asks for the version where the source has none', async () => {
    const bundle = {
      type: 'bundle',
      objects: [{ type: 'x-mitre-tactic', id: 't', x_mitre_shortname: 'execution', name: 'Execution' }],
    };
    const ran = await runCli(
      makeTree({ 'x.json': JSON.stringify(bundle) }),
      'catalog',
      'build',
      'x.json',
      '-o',
      'y.json',
    );
    expect(ran).toMatchObject({ exit: 2, stderr: expect.stringContaining('Give it with --release.') });
  });
});

describe('catalog update', () => {
  const bundle = JSON.stringify({
    type: 'bundle',
    objects: [
      {
        type: 'x-mitre-tactic',
        id: 't',
        x_mitre_shortname: 'execution',
        name: 'Execution',
        external_references: [{ source_name: 'mitre-attack', external_id: 'TA0002' }],
      },
      {
        type: 'attack-pattern',
        id: 'a',
        name: 'Run',
        external_references: [{ source_name: 'mitre-attack', external_id: 'T1059' }],
        kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'execution' }],
      },
    ],
  });
  const digest = createHash('sha256').update(bundle).digest('hex');

  async function update(path: string, sha256: string) {
    const server = createServer((request, response) => {
      if (request.url === '/bundle.json') response.end(bundle);
      else if (request.url === '/moved.json') response.writeHead(302, { location: '/bundle.json' }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const cwd = makeTree({});
    const ran = await runCli(
      cwd,
      'catalog',
      'update',
      '--url',
      `http://127.0.0.1:${port}${path}`,
      '--sha256',
      sha256,
      '--release',
      '20',
      '-o',
      'c.json',
    );
    server.close();
    return { ...ran, written: existsSync(join(cwd, 'c.json')) };
  }

  it('takes what has the digest that was named', async () => {
    expect(await update('/bundle.json', digest)).toMatchObject({
      exit: 0,
      written: true,
      stdout: 'c.json: attack 20, 1 live techniques, 1 tactics\n',
    });
  });

  it.each([
    ['other content', '/bundle.json', 'f'.repeat(64), 'has sha256'],
    ['a missing file', '/none.json', digest, 'answered 404'],
    ['a redirect', '/moved.json', digest, 'redirects more than 0 times'],
    ['half a digest', '/bundle.json', 'abc', 'is not 64 hex digits'],
  ])('refuses %s and writes nothing', async (_what, path, sha256, message) => {
    const ran = await update(path, sha256);
    expect(ran).toMatchObject({ exit: 2, written: false });
    expect(ran.stderr).toContain(message);
  });

  it('refuses plain http to anywhere else', async () => {
    const ran = await runCli(
      makeTree({}),
      'catalog',
      'update',
      '--url',
      'http://attack.example/x.json',
      '--sha256',
      digest,
      '-o',
      'c.json',
    );
    expect(ran).toMatchObject({ exit: 2, stderr: expect.stringContaining('is to be spoken to without TLS') });
  });
});
