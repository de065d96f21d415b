// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Framework } from '../catalog/catalog.ts';

/**
 * What a detection says of itself: this technique, that tactic.
 * - technique: an id of the right shape, in capitals
 * - tactic: a short name (`initial-access`) or an id (`TA0001`, `AML.TA0002`)
 * - malformed: meant as one of both, but of no shape that either has
 */
export interface Claim {
  readonly framework: Framework;
  readonly kind: 'technique' | 'tactic' | 'malformed';
  readonly id: string;
  /** As it stands in the file, with whatever prefix its format has. */
  readonly text: string;
  /** The part of `text` that names the technique or tactic, as written. */
  readonly written: string;
  /** Of the value that holds the text. */
  readonly pointer: Pointer;
}

const TECHNIQUE = { attack: /^T\d{4}(\.\d{3})?$/, atlas: /^AML\.T\d{4}(\.\d{3})?$/ } as const;
const TACTIC_ID = { attack: /^TA\d{4}$/, atlas: /^AML\.TA\d{4}$/ } as const;

/** Reads an id such as T1059.001 or AML.T0051.001, in any case; anything that is neither is malformed. */
export function claimOfId(text: string, pointer: Pointer): Claim {
  const id = text.trim().toUpperCase();
  const framework = id.startsWith('AML') ? 'atlas' : 'attack';
  // ATT&CK numbers sub-techniques from .001, ATLAS from .000.
  const kind =
    TECHNIQUE[framework].test(id) && !(framework === 'attack' && id.endsWith('.000'))
      ? 'technique'
      : TACTIC_ID[framework].test(id)
        ? 'tactic'
        : 'malformed';
  return { framework, kind, id, text, written: text.trim(), pointer };
}

const SHORT_NAME = /^[a-z]+(?:-[a-z]+)*$/;

/** A tactic by name in any spelling: `Initial Access`, `InitialAccess`, `initial_access`. */
export function claimOfTactic(framework: Framework, name: string, pointer: Pointer): Claim {
  const id = SHORT_NAME.test(name)
    ? name
    : name
        .trim()
        .replace(/([a-z])([A-Z])/g, '$1-$2')
        .replace(/[\s_]+/g, '-')
        .toLowerCase();
  return { framework, kind: 'tactic', id, text: name, written: name.trim(), pointer };
}

/** Whether a text looks like an id at all, so that free tags can be told from claims. */
export function looksLikeId(text: string): boolean {
  return /^(AML\.?)?TA?\d{3,}/i.test(text.trim());
}

/** Spells a tactic's short name the way another tactic was written: `initial_access`, `InitialAccess`, `Initial Access`. */
export function spellLike(written: string, shortName: string): string {
  if (written.includes('_')) return shortName.replaceAll('-', '_');
  if (written === written.toLowerCase()) return shortName;
  const words = shortName.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join(written.includes(' ') ? ' ' : '');
}

/** Spells an id in the case that another was written in. */
export function caseLike(written: string, id: string): string {
  return written === written.toLowerCase() ? id.toLowerCase() : id;
}
