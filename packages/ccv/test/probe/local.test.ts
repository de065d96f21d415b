// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plant } from '../../../core/test/input/tree.ts';
import { Project } from '../run/project.ts';
import { lookingControl, ROOT, worldWith } from '../stage.ts';
import { act, look } from './look.ts';

describe('exec', () => {
  it('shows exit code and output, also as JSON', async () => {
    const command = ['sh', '-c', 'cat; echo bad >&2; exit 3'];
    expect(await look({ kind: 'exec', command, input: '{"a":1}' }, worldWith([]))).toEqual({
      exit: 3,
      stdout: '{"a":1}',
      stderr: 'bad\n',
      json: { a: 1 },
    });
  });

  it('lets no shell read its arguments, and no environment through that was not given', async () => {
    const world = worldWith([], { env: { PATH: process.env['PATH'], SECRET: 's' } });
    const echo = (env: object) => look({ kind: 'exec', command: ['env'], env }, world);
    expect(await look({ kind: 'exec', command: ['echo', '$(id); `id` > x'] }, world)).toMatchObject({
      stdout: '$(id); `id` > x\n',
    });
    expect(await echo({})).not.toMatchObject({ stdout: expect.stringContaining('SECRET') });
    expect(await echo({ GIVEN: '${env:SECRET}' })).toMatchObject({ stdout: expect.stringContaining('GIVEN=s') });
  });

  it('ends what takes too long, with all that it has started', async () => {
    const world = worldWith([]);
    const command = ['sh', '-c', '(sleep 2; touch late) & sleep 30'];
    await expect(look({ kind: 'exec', command, timeout: 'PT1S' }, world)).rejects.toMatchObject({ name: 'NoData' });
    await new Promise((later) => void setTimeout(later, 1500));
    expect(existsSync(join(world.root, 'late'))).toBe(false);
  });

  it.each([
    ['a program that is not there', ['no-such-program-anywhere'], 'does not start: ENOENT'],
    ['one that writes without end', ['sh', '-c', 'yes'], 'writes more than 1048576 bytes'],
    ['one that is killed', ['sh', '-c', 'kill -9 $$'], 'was ended by SIGKILL'],
  ])('takes %s for no data', async (_what, command, problem) => {
    await expect(look({ kind: 'exec', command }, worldWith([]))).rejects.toMatchObject({
      name: 'NoData',
      message: expect.stringContaining(problem),
    });
  });

  it('as a step is done with the exit codes that it accepts', async () => {
    const step = { kind: 'exec', command: ['sh', '-c', 'echo why >&2; exit 3'] };
    await expect(act(step, worldWith([]))).rejects.toThrow('sh exits with 3: why');
    await expect(act({ ...step, accept: [3] }, worldWith([]))).resolves.toBeUndefined();
  });
});

describe('files', () => {
  it('has another digest when any of them changes, its name included', async () => {
    const digest = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
      look({ kind: 'files', include: ['**'] }, worldWith([], { root: plant(files) }));
    const base = await digest({ 'a/x': '1', b: '2' });
    expect(base).toMatchObject({ files: 2 });
    expect(await digest({ 'a/x': '1', b: '2' })).toEqual(base);
    const others: readonly Readonly<Record<string, string>>[] = [
      { 'a/x': '1', b: '3' },
      { 'a/y': '1', b: '2' },
      { 'a/x': '1' },
    ];
    for (const other of others) expect(await digest(other)).not.toEqual(base);
  });

  it('that are not there are no data', async () => {
    await expect(look({ kind: 'files', include: ['nothing/**'] }, worldWith([]))).rejects.toMatchObject({
      name: 'NoData',
    });
  });
});

describe('document, rego and kubernetes manifests', () => {
  const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: shop}}
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: other}}
`;

  it('are read offline', async () => {
    const files = { 'm.yaml': manifest, 'd.json': '{"a":[1]}', 'two.yaml': 'a\n---\nb\n' };
    const world = worldWith([], { root: plant(files) });
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' };
    const ask = (name?: string) =>
      look({ kind: 'kubernetes', manifest: 'm.yaml', object: { ...object, ...(name && { name }) } }, world);
    expect(await ask('web')).toMatchObject({ found: true, object: { spec: { replicas: 2 } } });
    expect(await ask('none')).toEqual({ found: false });
    expect(await ask()).toMatchObject({ count: 2 });
    expect(await look({ kind: 'document', path: 'd.json' }, world)).toEqual({ a: [1] });
    await expect(look({ kind: 'document', path: 'two.yaml' }, world)).rejects.toMatchObject({ name: 'NoData' });
  });

  it('are judged by the compiled policies', async () => {
    const of = { kind: 'document', path: 'controls/exceptions/register.yaml' };
    const rego = { kind: 'rego', entrypoint: 'policies/exception/decision', of };
    const here = worldWith([], { root: ROOT, now: () => new Date('2026-11-21T00:00:00Z') });
    expect(await look(rego, here)).toMatchObject({ count: 0, violations: [] });
    const bad = { ...of, path: 'controls/ccv/services.yaml' };
    expect(await look({ ...rego, of: bad }, here)).not.toMatchObject({ count: 0 });
    await expect(look({ ...rego, entrypoint: 'no/such/decision' }, here)).rejects.toMatchObject({ code: 'policy' });
  });
});

describe('file steps', () => {
  it('write, copy, flip and remove', async () => {
    const world = worldWith([], { root: plant({ 'from/a': 'abc' }) });
    const text = (path: string): string => readFileSync(join(world.root, path), 'utf8');
    await act({ kind: 'write', path: 'new/file', content: 'x' }, world);
    await act({ kind: 'copy', from: 'from', to: 'to' }, world);
    await act({ kind: 'flip', path: 'to/?', at: 1 }, world);
    expect([text('new/file'), text('to/a'), text('from/a')]).toEqual(['x', 'acc', 'abc']);
    await act({ kind: 'remove', path: 'to' }, world);
    expect(existsSync(join(world.root, 'to'))).toBe(false);
  });

  it('remove what is gone only in a rollback, and never copy over what is there', async () => {
    const world = worldWith([], { root: plant({ a: '1', b: '2', c1: '', c2: '' }) });
    await expect(act({ kind: 'remove', path: 'none' }, world)).rejects.toThrow('ENOENT');
    await expect(act({ kind: 'remove', path: 'none' }, world, 'rollback')).resolves.toBeUndefined();
    for (const path of ['.', '..', '/', world.root])
      await expect(act({ kind: 'remove', path }, world, 'rollback')).rejects.toThrow('holds the repository');
    await expect(act({ kind: 'copy', from: 'a', to: 'b' }, world)).rejects.toThrow();
    await expect(act({ kind: 'flip', path: 'c?', at: 0 }, world)).rejects.toThrow('many files');
    await expect(act({ kind: 'flip', path: 'c1', at: 0 }, world)).rejects.toThrow('has no byte 0');
  });
});

describe('evidence', () => {
  it('is as old as its latest run, and no run is no data', async () => {
    const folder = join(worldWith([]).root, 'ev');
    await expect(look({ kind: 'evidence', folder }, worldWith([]))).rejects.toMatchObject({ name: 'NoData' });
    const project = new Project([lookingControl()]);
    await project.call(['check'], { now: new Date('2026-11-20T10:00:00Z') });
    const at = (now: string) => worldWith([], { root: project.root, now: () => new Date(now) });
    expect(await look({ kind: 'evidence' }, at('2026-11-20T11:00:00Z'))).toMatchObject({
      problems: 0,
      ageSeconds: 3600,
    });
    const [result = ''] = globSync(join(project.root, '.evidence/gates/ccv-????????????.json'));
    await act({ kind: 'flip', path: result, at: 5 }, at('2026-11-20T11:00:00Z'));
    expect(await look({ kind: 'evidence' }, at('2026-11-20T11:00:00Z'))).not.toMatchObject({ problems: 0 });
  });
});
