// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Survey, surveyDetections } from '@helios/attack-mapper/survey';
import { type Survey as Manifests, surveyManifests } from '@helios/ccv/survey';
import { createTwoFilesPatch } from 'diff';
import { workflow } from './workflow.ts';

/** A file as it should be; `before` is what is there, undefined where nothing is. */
export interface PlannedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

export interface Plan {
  /** Only files that would change. */
  readonly files: readonly PlannedFile[];
  /** What was found, said for a person. */
  readonly found: readonly string[];
  /** What else could be done, by hand. */
  readonly advice: readonly string[];
}

const REGISTER = 'controls/exceptions/register.yaml';

/** Looks at a repository and says which files it needs; what is there stays as it is. Reads only. */
export async function planInit(root: string): Promise<Plan> {
  const survey = await surveyDetections(root);
  const manifests = await surveyManifests(root);
  const files = [
    fresh(root, 'helios.yaml', configFor(survey, manifests)),
    fresh(root, REGISTER, 'schema: helios/exceptions/v1\nexceptions: []\n'),
    ignoring(root, '.evidence/'),
    ...(existsSync(join(root, '.gitlab-ci.yml')) ? [] : [fresh(root, '.github/workflows/helios.yml', workflow)]),
  ].filter(({ before, after }) => before !== after);
  return { files, found: foundIn(root, survey, manifests), advice: adviceFor(root, survey) };
}

/** What is written by a person is theirs: it is only made where it is missing. */
function fresh(root: string, path: string, content: string): PlannedFile {
  const before = read(root, path);
  return { path, before, after: before ?? content };
}

function ignoring(root: string, pattern: string): PlannedFile {
  const before = read(root, '.gitignore');
  if (before?.split(/\r?\n/).some((line) => line.trim() === pattern))
    return { path: '.gitignore', before, after: before };
  const head = before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`;
  return { path: '.gitignore', before, after: `${head}${pattern}\n` };
}

function read(root: string, path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

function configFor(survey: Survey | undefined, manifests: Manifests | undefined): string {
  const include = survey?.include ?? ['detections/**/*.{yml,yaml}'];
  return [
    '# What Helios gates here; sec schema prints all that can stand in it.',
    'version: 1',
    `exceptions: [${REGISTER}]`,
    'gates:',
    '  attack-mapper:',
    ...(survey ? [] : ['    optional: true # until there are detections']),
    '    include:',
    ...include.map((glob) => `      - ${JSON.stringify(glob)}`),
    ...(survey ? ['    catalogs:', `      attack: '${survey.attack}'`] : []),
    ...(survey && survey.runnable.length > 0
      ? ['  detect:', '    include:', ...survey.runnable.map((glob) => `      - ${JSON.stringify(glob)}`)]
      : []),
    '  exception:',
    `    include: [${REGISTER}]`,
    ...(manifests
      ? ['  posture:', '    include:', ...manifests.include.map((glob) => `      - ${JSON.stringify(glob)}`)]
      : []),
    '',
  ].join('\n');
}

function foundIn(root: string, survey: Survey | undefined, manifests: Manifests | undefined): string[] {
  const found = [
    ...(existsSync(join(root, 'helios.yaml')) ? ['helios.yaml: stays as it is'] : []),
    ...(manifests ? [`${manifests.manifests} manifests of what runs in a cluster, and of who may talk to whom`] : []),
  ];
  if (!survey) return [...found, 'no detections in a known format (Sigma, Falco, Panther, Elastic, Sentinel, Splunk)'];
  return [...found, `${survey.detections} detections, whose ids fit ATT&CK ${survey.attack} best`];
}

function adviceFor(root: string, survey: Survey | undefined): string[] {
  return [
    ...(survey
      ? [
          'sec gate',
          'sec baseline accept --owner … --reason … --expires …, if there are more findings than one day can mend',
        ]
      : []),
    ...(existsSync(join(root, '.gitlab-ci.yml'))
      ? ['add a job to .gitlab-ci.yml: script: npx --yes @helios/sec gate --format gitlab=gl-code-quality-report.json']
      : []),
    'sec doctor',
  ];
}

/** The plan as a unified diff. */
export function diffOf({ files }: Plan): string {
  return files
    .map(({ path, before, after }) =>
      createTwoFilesPatch(before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`, before ?? '', after).replace(
        /^=+\n/,
        '',
      ),
    )
    .join('');
}
