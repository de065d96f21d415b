// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedLines, linesOf, readFolder } from './np-guard.ts';
import { HERE, NP_GUARD, WHERE } from './shared-data.ts';

/** Cases that np-guard has expected connections for, and why they are not compared. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
  cudn_test_2: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  cudn_test_4: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  cudn_test_6: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  nad_test_12: 'second interfaces and overlay networks: unsupported, and said so',
  nad_test_14: 'second interfaces and overlay networks: unsupported, and said so',
  nad_test_16: 'second interfaces (NetworkAttachmentDefinition): unsupported, and said so',
  nad_test_2: 'second interfaces (NetworkAttachmentDefinition): unsupported, and said so',
  nad_test_4: 'second interfaces (NetworkAttachmentDefinition): unsupported, and said so',
  nad_test_6: 'second interfaces (NetworkAttachmentDefinition): unsupported, and said so',
  nad_test_8: 'second interfaces (NetworkAttachmentDefinition): unsupported, and said so',
  udn_and_vms_test_1: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  udn_and_vms_test_3: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  udn_and_vms_test_5: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  udn_test_1: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  udn_test_3: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  udn_with_ingress_controller_two_pods: 'overlay networks (UserDefinedNetwork): unsupported, and said so',
  document_with_syntax_error: 'invalid YAML, which is refused here and passed over there',
  netpol_named_port_test_2: 'a container port without its number, which the API server refuses',
};

interface Case {
  readonly name: string;
  /** All connections, as text or JSON; lists of some workloads alone (`focus`) are parts of these. */
  readonly outputs: readonly string[];
}

function cases(): Case[] {
  const outputs = ['connlist', 'cli'].flatMap((folder) =>
    readdirSync(join(NP_GUARD, 'test_outputs', folder)).map((file) => join('test_outputs', folder, file)),
  );
  return readdirSync(join(NP_GUARD, 'tests'))
    .sort()
    .map((name) => ({
      name,
      outputs: outputs.filter((path) =>
        ['connlist', 'exposure'].some((kind) =>
          ['txt', 'json'].some((format) => path.endsWith(`/${name}_${kind}_output.${format}`)),
        ),
      ),
    }))
    .filter(({ outputs: own }) => own.length > 0);
}

const ALL_CASES = HERE ? cases() : [];
const COMPARED = ALL_CASES.filter(({ name }) => !(name in NOT_COMPARED));
const ADMIN = /AdminNetworkPolicy/;

describe.skipIf(!HERE)(`the connections that np-guard's cases expect${WHERE}`, () => {
  it.each(COMPARED)('are found exactly: $name', async ({ name, outputs }) => {
    const { model, unreadable } = await readFolder(join(NP_GUARD, 'tests', name));
    expect([unreadable, model.problems, model.unsupported]).toEqual([[], [], []]);
    const lines = linesOf(model);
    for (const output of outputs) expect(lines).toEqual(expectedLines(readFileSync(join(NP_GUARD, output), 'utf8')));
  });

  it('are of 87 cases, 35 with Admin or Baseline policies; each that is left out has its reason, and is told as a problem', async () => {
    expect(ALL_CASES.length - COMPARED.length).toBe(Object.keys(NOT_COMPARED).length);
    for (const name of Object.keys(NOT_COMPARED)) {
      const { model, unreadable } = await readFolder(join(NP_GUARD, 'tests', name));
      expect([name, unreadable.length + model.problems.length + model.unsupported.length]).not.toEqual([name, 0]);
    }
    const withAdmin = COMPARED.filter(({ name }) => manifests(name).some((text) => ADMIN.test(text)));
    expect([COMPARED.length, withAdmin.length]).toEqual([87, 35]);
  });
});

function manifests(name: string): string[] {
  return (readdirSync(join(NP_GUARD, 'tests', name), { recursive: true }) as string[])
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => readFileSync(join(NP_GUARD, 'tests', name, path), 'utf8'));
}

describe.skipIf(!HERE)(`manifests that np-guard refuses${WHERE}`, () => {
  const refused = [
    ...(HERE ? readdirSync(join(NP_GUARD, 'tests')).filter((name) => /^b?a?np?_bad_path/.test(name)) : []),
    'malformed-pod-example-3',
    'malformed-pod-example-5',
    'np_test_with_empty_port_range',
    ...[1, 2, 3, 4].map((number) => `bad_netpols/subdir${number}`),
  ];
  it.each(refused)('are refused here as well: %s', async (name) => {
    const { model, unreadable } = await readFolder(join(NP_GUARD, 'tests', name));
    expect(unreadable.length + model.problems.length + model.doubles.length).toBeGreaterThan(0);
  });
});
