// SPDX-License-Identifier: Apache-2.0
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { gateSettings, loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { commitOf, prefixOf, readTree } from '@helios/core/git';
import {
  decodeUtf8,
  listFiles,
  literalGlob,
  matcherOf,
  parseDocuments,
  readSource,
  type SourceFile,
} from '@helios/core/input';
import { gate } from '../../posture/gate.ts';
import { type Options, optionsSchema } from '../../posture/options.ts';
import { type Model, readModel } from '../model/model.ts';
import type { DocumentFile } from '../model/object.ts';

const MANIFESTS = '**/*.{yml,yaml,json}';

/** The manifests in a folder or file, or those that gates.posture of the configuration names. */
export async function loadModel(path: string | undefined, flags: { readonly config?: string }, io: Io): Promise<Model> {
  if (path !== undefined) return readPath(path, io);
  return whole((await loadInputs(gate, flags, io)).inputs.model);
}

async function readPath(path: string, io: Io): Promise<Model> {
  const absolute = resolve(io.cwd, path);
  const status = statSync(absolute, { throwIfNoEntry: false });
  if (!status) fail('usage', `there is no ${path}`, { hint: 'Name a folder or file with manifests.' });
  const root = realpathSync.native(status.isDirectory() ? absolute : dirname(absolute));
  const include = status.isDirectory() ? MANIFESTS : literalGlob(basename(absolute));
  const { files, links } = listFiles(root, { include: [include] });
  const [link] = links;
  if (link !== undefined)
    fail('input', 'is a symbolic link, and links are not followed', {
      path: link,
      hint: 'Copy the file in its place.',
    });
  return parse(files.map((file) => readSource(root, file)));
}

/** The manifests of the configuration as a commit had them; the configuration is that of today. */
export async function loadModelAt(ref: string, flags: { readonly config?: string }, io: Io): Promise<Model> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const options: Options = optionsSchema.parse((await gateSettings(project, gate)).options);
  const [included, excluded] = [
    matcherOf(options.include),
    matcherOf([...options.exclude, ...options.destinations], { dot: true }),
  ];
  const tree = `${commitOf(project.root, ref)}:${prefixOf(project.root)}`;
  const blobs = readTree(project.root, tree, (path) => included(path) && !excluded(path));
  const link = blobs.find(({ kind }) => kind === 'link');
  if (link) fail('input', `is a symbolic link at ${ref}`, { path: link.path, hint: 'Links are not followed.' });
  return parse(blobs.map(({ path, bytes }) => ({ path, text: decodeUtf8(path, bytes), sha256: '' })));
}

async function parse(sources: readonly SourceFile[]): Promise<Model> {
  const files: DocumentFile[] = [];
  for (const source of sources) files.push({ path: source.path, documents: await parseDocuments(source) });
  return whole(readModel(files));
}

/** A list or picture with a hole would not say so. */
function whole(model: Model): Model {
  const [problem] = model.problems;
  if (problem)
    fail('input', `${problem.subject}: ${problem.message}`, {
      path: problem.place.path,
      hint: 'Mend it first: the posture gate tells all that is wrong, with lines.',
    });
  return model;
}
