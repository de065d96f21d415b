// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseEventXml } from '../../src/events/event-xml.ts';

describe('The XML of an event', () => {
  it('is read as evtx_dump writes it in JSON', () => {
    const xml = `<?xml version="1.0"?><!-- x --><Event xmlns="http://x"><System><Provider Name="P &amp; Q" Guid='g'/>
      <EventID Qualifiers="">4688</EventID><Channel>Security</Channel><Correlation></Correlation></System>
      <EventData><Data Name="A">x &lt;&#65;&#x42;&unknown;</Data><Data Name="B"></Data><Data><![CDATA[<raw>]]></Data></EventData></Event>`;
    expect(parseEventXml(xml)).toEqual({
      Event: {
        '#attributes': { xmlns: 'http://x' },
        System: {
          Provider: { '#attributes': { Name: 'P & Q', Guid: 'g' } },
          EventID: { '#attributes': { Qualifiers: '' }, '#text': '4688' },
          Channel: 'Security',
          Correlation: null,
        },
        EventData: {
          Data: [
            { '#attributes': { Name: 'A' }, '#text': 'x <AB&unknown;' },
            { '#attributes': { Name: 'B' } },
            '<raw>',
          ],
        },
      },
    });
  });

  it.each([
    ['an end of another name', '<Event><a></b></Event>'],
    ['no end', '<Event><a>'],
    ['an end too many', '<Event></Event></Event>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><Event/>'],
    ['no event', '<a/>'],
    ['nothing', ''],
    ['half a tag', `<Event ${'a'.repeat(1_000_000)}`],
    ['half a comment', `<Event>${'<!-- '.repeat(200_000)}`],
    ['too many levels', `${'<Event>'.repeat(100)}${'</Event>'.repeat(100)}`],
  ])('is refused with %s, quickly', (_what, xml) => {
    const started = performance.now();
    expect(parseEventXml(xml)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });
});
