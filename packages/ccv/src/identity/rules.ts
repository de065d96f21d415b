// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

export const IDENTITY_RULES = [
  {
    id: 'ccv/identity-drill-due',
    major: 1,
    level: 'error',
    title: 'Nobody has lately seen a logout end what somebody was logged in to',
    why: 'Token lifetimes, caches and new services change in silence; on the day of an intrusion it is too late to find out that a logout ends nothing.',
    fix: 'Run sec-ccv identity drill with --apply; after a change of the drill, too: the proof is of what it said.',
  },
  {
    id: 'ccv/identity-drill-failed',
    major: 1,
    level: 'error',
    title: 'In the last drill a logout did not end everything in time, or nothing was proven',
    why: 'An intruder with a token that still works is not contained, whatever the console of the provider says.',
    fix: 'See which place still took the token: shorten its cache or the life of tokens, or have it told of logouts; then drill again.',
  },
  {
    id: 'ccv/identity-drill-altered',
    major: 1,
    level: 'error',
    title: 'The recorded verdict of a drill does not follow from what it saw',
    why: 'The verdict is computed from the timeline; one that differs was written by somebody else.',
    fix: 'Find out who wrote the record, move it away, and drill again.',
  },
] as const satisfies readonly Rule[];
