// SPDX-License-Identifier: Apache-2.0
import { type Catalog, titleOf } from '../catalog/catalog.ts';
import { type Heat, isParent, isSeen } from './heat.ts';

/** The oldest Navigator that reads layer format 4.5. */
const NAVIGATOR = '4.9.0';

/** An ATT&CK Navigator layer, format 4.5: score = detections that name the technique. The same bytes for the same input. */
export function navigatorLayer(catalog: Catalog, heat: readonly Heat[]): string {
  const { framework, domain, version } = catalog.document;
  const seen = heat.filter(isSeen);
  const layer = {
    name: `Helios coverage, ${titleOf(catalog)}`,
    versions: { attack: version, navigator: NAVIGATOR, layer: '4.5' },
    domain: framework === 'attack' ? `${domain}-attack` : 'atlas-atlas',
    description: 'Score: detections that name the technique. Made by sec-attack-mapper heatmap.',
    sorting: 3,
    hideDisabled: false,
    techniques: seen.map((each) => ({
      techniqueID: each.technique.id,
      score: each.detections.length,
      comment: each.detections.join('\n'),
      enabled: true,
      showSubtechniques: isParent(each) && each.withSubs > each.detections.length,
      metadata: [{ name: 'validated', value: each.validated ? 'yes' : 'no' }],
    })),
    gradient: {
      colors: ['#ffffff', '#9ecae1', '#08519c'],
      minValue: 0,
      // Navigator wants a range, also where nothing is covered yet.
      maxValue: Math.max(1, ...seen.map(({ detections }) => detections.length)),
    },
    legendItems: [{ label: 'named by at least one detection', color: '#9ecae1' }],
  };
  return `${JSON.stringify(layer, null, 2)}\n`;
}
