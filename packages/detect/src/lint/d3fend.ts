// SPDX-License-Identifier: Apache-2.0

/** MITRE D3FEND 0.16.0: the ids of its techniques without `d3-`, and its tactics. As pySigma 0.11.23 carried them. */
export const D3FEND_VERSION = '0.16.0';

const TECHNIQUES = `
aca ach ah ai al allm am anaa anci anet aplm ave azet ba ban bdi bse ca caa cban ccsa ce ch chn ci cia cp cr cro cspp cts
da dam dce de dem dencr df di dlic dnr dnra dnsal dnsdl dnsta do dp dplm dpr dqsa dst dtp duc eal edl ef efa ehb ehpv ei er
et fa fapa fba fc fca fcoa fcr fe femc fev fh fhra fim fr frddl fridl fv hbpi hci hd hddl hdl hr hs iaa ibca id ida ihn iopr
ipcta ipra ira isva itf jfapa kbpi lam lfp llm ma mac man mbt mencr mfa mh ni nm nni nta ntcd ntf ntpm ntsa nva oam odm om
ora osm otf otp pa pan pca pcsv pe pfv ph phdura pla pllm plm pm pmad ps psa psep psmd pt rapa rfs rpa rrid rta rtsd saor
sbv sca scf scp sda sdm sea sfa sfcv sfv shn sica sja smra spp sra ssc su svcdm swi sysdm sysm sysva taan tbi ua uap uba udta
uglpa ura usica wsaa`;
const TACTICS = ['deceive', 'detect', 'evict', 'harden', 'isolate', 'model', 'restore'];

const KNOWN: ReadonlySet<string> = new Set([
  ...TACTICS,
  ...TECHNIQUES.trim()
    .split(/\s+/)
    .map((id) => `d3-${id}`),
]);

/** Whether a tag's name is a tactic or a technique; artifacts, which are hundreds, are taken as they are. */
export function isInD3fend(name: string): boolean {
  return KNOWN.has(name) || name.startsWith('d3f-');
}
