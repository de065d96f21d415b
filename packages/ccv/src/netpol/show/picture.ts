// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { xmlAttribute, xmlText } from '@helios/core/report';
import { Graph as Layout, layout } from '@dagrejs/dagre';
import { describePorts } from '../connect/ports.ts';
import type { Connection } from './connections.ts';
import { type Graph, type GraphEdge, type GraphNode, graphOf } from './graph.ts';

const LINE = 17;
/** Widths in pixels of letters of the three sizes; those of the title and the notes are not all as wide. */
const LETTER = 7.85;
const TITLE_LETTER = 12;
const NOTE_LETTER = 6.6;
const PADDING = 12;
const MARGIN = 24;
const HEAD = 64;
/** Placing them takes seconds, too, and grows faster than they do. */
const MOST_ARROWS = 500;
const MOST_LINES = 8;
const MOST_LETTERS = 34;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of a box, and its size. */
interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/**
 * Connections as an SVG: a frame for each namespace, a box for workloads that may do the same, an arrow for what is open.
 * Throws HeliosError `usage` for more than a person can read.
 */
export function drawGraph(
  workloads: readonly string[],
  connections: readonly Connection[],
  caveats: readonly string[],
): string {
  const graph = graphOf(workloads, connections, ({ ports }) => describePorts(ports).replace('connections', 'ports'));
  if (graph.edges.length > MOST_ARROWS)
    fail('usage', `${graph.edges.length} arrows are more than anybody can read`, {
      hint: 'Name the folder of fewer namespaces, or list the connections instead.',
    });
  const placed = place(graph);
  const { width = 0, height = 0 } = placed.graph();
  const title = `Who may talk to whom: ${workloads.length} workloads, ${connections.length} connections`;
  const notes = caveats.map((text) => clip(text, 160));
  const frame = {
    width:
      Math.max(width, title.length * TITLE_LETTER, ...notes.map(({ length }) => length * NOTE_LETTER)) + 2 * MARGIN,
    height: height + HEAD + MARGIN + caveats.length * LINE + MARGIN,
  };
  const foot = notes.map((text, index) => {
    const y = HEAD + height + MARGIN + (index + 1) * LINE;
    return `<text class="faint" x="${MARGIN}" y="${y}">${xmlText(text)}</text>\n`;
  });
  // What was placed has a position and a size, which the library's types do not promise.
  const boxOf = (id: string): Box => placed.node(id) as Box;
  const routeOf = ({ from, to }: GraphEdge, index: number): Route => {
    const route = placed.edge(from, to, String(index)) as Route;
    return { ...route, points: sidesOf(boxOf(from), boxOf(to), route.points) };
  };
  const namespaces = [...new Set(graph.nodes.flatMap(({ namespace }) => namespace ?? []))];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(frame.width)} ${round(frame.height)}" width="${round(frame.width)}" height="${round(frame.height)}" role="img" aria-labelledby="title">
<title id="title">${xmlText(title)}</title>
${STYLE}
<defs>${marker('end', 'auto')}${marker('start', 'auto-start-reverse')}</defs>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${MARGIN}" y="36">${xmlText(title)}</text>
<g transform="translate(${MARGIN} ${HEAD})">
${namespaces.map((name) => drawNamespace(name, boxOf(frameId(name)))).join('')}${graph.edges.map((edge, index) => drawEdge(edge, routeOf(edge, index), graph)).join('')}${graph.nodes.map((node) => drawNode(node, boxOf(node.id))).join('')}</g>
${foot.join('')}</svg>
`;
}

interface Route extends Point {
  readonly points: readonly Point[];
}

/** Names of namespaces are none of workloads, which have a slash. */
function frameId(namespace: string): string {
  return `namespace ${namespace}`;
}

function place({ nodes, edges }: Graph) {
  const placed = new Layout({ compound: true, multigraph: true });
  placed.setGraph({ rankdir: 'LR', nodesep: 24, edgesep: 12, ranksep: 56, marginx: 4, marginy: 12 });
  for (const node of nodes) {
    placed.setNode(node.id, sizeOf(node));
    if (node.namespace === undefined) continue;
    placed.setNode(frameId(node.namespace), {});
    placed.setParent(node.id, frameId(node.namespace));
  }
  for (const [index, { from, to, ports }] of edges.entries())
    placed.setEdge(
      from,
      to,
      { width: clip(ports, MOST_LETTERS).length * 6 + 12, height: LINE, labelpos: 'c' },
      String(index),
    );
  layout(placed);
  return placed;
}

function linesOf({ names, within }: GraphNode): string[] {
  const shown =
    names.length > MOST_LINES
      ? [...names.slice(0, MOST_LINES - 1), `and ${names.length - MOST_LINES + 1} more`]
      : names;
  return [
    ...shown.map((name) => clip(name, MOST_LETTERS)),
    ...(within === undefined ? [] : [clip(`among them: ${within}`, MOST_LETTERS)]),
  ];
}

function sizeOf(node: GraphNode): { width: number; height: number } {
  const lines = linesOf(node);
  const longest = Math.max(...lines.map((line) => line.length));
  return { width: Math.max(90, longest * LETTER + 2 * PADDING), height: lines.length * LINE + PADDING };
}

function drawNamespace(name: string, { x, y, width, height }: Box): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const shown = clip(name, Math.max(8, Math.floor((width - 36) / 8)));
  const label = shown.length * 8 + 12;
  return `<g><title>${xmlText(name)}</title><rect class="namespace" ${rect(left, top, width, height)} rx="10"/><rect class="tab" ${rect(left + 12, top - 9, label, 18)} rx="4"/><text class="label" x="${round(left + 18)}" y="${round(top + 4.5)}">${xmlText(shown)}</text></g>\n`;
}

function drawNode(node: GraphNode, { x, y, width, height }: Box): string {
  const lines = linesOf(node);
  const top = y - height / 2 + PADDING / 2 + 13;
  const texts = lines.map((line, index) => {
    const quiet = node.within !== undefined && index === lines.length - 1 ? ' class="faint"' : '';
    return `<text${quiet} text-anchor="middle" x="${round(x)}" y="${round(top + index * LINE)}">${xmlText(line)}</text>`;
  });
  const kind = node.namespace === undefined ? 'outside' : 'workload';
  return `<g><title>${xmlText(node.names.join('\n'))}</title><rect class="${kind}" ${rect(x - width / 2, y - height / 2, width, height)} rx="6"/>${texts.join('')}</g>\n`;
}

function drawEdge({ from, to, ports, both }: GraphEdge, { points, x, y }: Route, { nodes }: Graph): string {
  const leaves = nodes.some(({ id, namespace }) => namespace === undefined && (id === from || id === to));
  const label = clip(ports, MOST_LETTERS);
  const path = `<path class="${leaves ? 'edge out' : 'edge'}" d="${xmlAttribute(curve(points))}" marker-end="url(#end)"${both ? ' marker-start="url(#start)"' : ''}/>`;
  const width = label.length * 6 + 6;
  const text = `<rect class="paper" ${rect(x - width / 2, y - 8, width, 15)}/><text class="ports" text-anchor="middle" x="${round(x)}" y="${round(y + 4)}">${xmlText(label)}</text>`;
  return `<g><title>${xmlText(`${from} ${both ? '↔' : '→'} ${to}: ${ports}`)}</title>${path}${text}</g>\n`;
}

/** Through all points, level at each: the label stands on one of them. */
function curve(points: readonly Point[]): string {
  const parts = points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    const half = (from.x + to.x) / 2;
    return `C${at({ x: half, y: from.y })} ${at({ x: half, y: to.y })} ${at(to)}`;
  });
  return `M${points.slice(0, 1).map(at).join('')}${parts.join('')}`;
}

/** Arrows leave and reach boxes in the middle of the side that faces the other end. */
function sidesOf(from: Box, to: Box, points: readonly Point[]): Point[] {
  const side = from.x < to.x ? 1 : -1;
  return [
    { x: from.x + (side * from.width) / 2, y: from.y },
    ...points.slice(1, -1),
    { x: to.x - (side * to.width) / 2, y: to.y },
  ];
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function rect(x: number, y: number, width: number, height: number): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

/** Tenths of a pixel: more is not seen, and differs between machines. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function marker(id: string, orient: string): string {
  return `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="${orient}"><path class="head" d="M0 1 10 5 0 9z"/></marker>`;
}

const STYLE = `<style>
text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1b2733}.title{font:600 20px system-ui,sans-serif}.label{font:600 13px system-ui,sans-serif;fill:#55636f}
.faint{font:12px system-ui,sans-serif;fill:#55636f}.ports{font-size:10.5px;fill:#3d4a55}.paper{fill:#fff}
.namespace,.tab{fill:#f6f8fa;stroke:#c4ccd4}.workload{fill:#e4eff9;stroke:#2f75b5}.outside{fill:#fdeceb;stroke:#b42318}
.edge{fill:none;stroke:#55636f;stroke-width:1.4}.out{stroke:#b42318}.head{fill:#55636f}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.label,.faint{fill:#9aa7b2}.ports{fill:#c3ccd5}.paper{fill:#0d1117}.namespace,.tab{fill:#161b22;stroke:#3d444d}.workload{fill:#12304d;stroke:#7ab6ea}.outside{fill:#3c1512;stroke:#ff8b83}.edge{stroke:#9aa7b2}.out{stroke:#ff8b83}.head{fill:#9aa7b2}}
</style>`;
