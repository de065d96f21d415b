// SPDX-License-Identifier: Apache-2.0

/** A Sigma rule with the given detection, for examples. */
export function sigma(detection: string, more = ''): string {
  return `title: Encoded PowerShell\nid: 6f0c8a1e-0000-4000-8000-000000000001\n${more}logsource: {product: windows, category: process_creation}\ndetection:\n${detection}`;
}

const DETECTION = "  encoded: {CommandLine|contains: ' -enc '}\n  condition: encoded\n";

/** The same with other lines above its detection. */
export function headed(more: string): string {
  return sigma(DETECTION, more);
}

export const GOOD = sigma(DETECTION);
