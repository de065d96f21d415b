// SPDX-License-Identifier: Apache-2.0
import { parseDocuments, type SourceFile } from '@helios/core/input';
import { type Detection, type DetectionFile, isFields, type Reader } from './detection.ts';
import { readElastic } from './elastic.ts';
import { readFalco } from './falco.ts';
import { readPanther } from './panther.ts';
import { isScenario, readScenario } from './scenario.ts';
import { readSentinel } from './sentinel.ts';
import { markAuxiliary, readSigma } from './sigma.ts';
import { readSplunk } from './splunk.ts';

/** Each takes what is its own and leaves the rest; no document fits two. */
export const READERS: readonly Reader[] = [readSigma, readFalco, readPanther, readElastic, readSplunk, readSentinel];

/** Most of a Sigma rule, and what none of these readers looks into. */
export const UNREAD: ReadonlySet<string> = new Set([
  'detection',
  'description',
  'references',
  'falsepositives',
  'related',
  'fields',
  'simulation',
  'author',
  'date',
  'modified',
  'status',
  'level',
]);

/**
 * Reads the detections of a file, whatever their format, or by a reader of the user's own. Throws HeliosError `input` for
 * a file that does not parse.
 */
export async function readDetections(source: SourceFile, custom?: Reader): Promise<DetectionFile> {
  const documents = await parseDocuments(source, custom ? undefined : UNREAD);
  const readers = custom ? [custom] : READERS;
  if (documents.some(isScenario)) return { detections: [], scenarios: [await readScenario(source)], unrecognised: 0 };
  const detections: Detection[] = [];
  // A file that is empty, or all comment, may be a detection that somebody lost.
  let unrecognised = documents.every((document) => document === null) ? 1 : 0;
  documents.forEach((document, index) => {
    if (document === null || isHeliosRecord(document)) return;
    const found = firstOf(readers, document, index);
    if (found) detections.push(...found);
    else unrecognised++;
  });
  return { detections: markAuxiliary(detections, documents), scenarios: [], unrecognised };
}

/** Helios' own files (tests, registers, scopes) say what they are, and are no detections. */
function isHeliosRecord(document: unknown): boolean {
  return isFields(document) && typeof document['schema'] === 'string' && document['schema'].startsWith('helios/');
}

function firstOf(readers: readonly Reader[], document: unknown, index: number): readonly Detection[] | undefined {
  for (const read of readers) {
    const found = read(document, index);
    if (found) return found;
  }
  return undefined;
}
