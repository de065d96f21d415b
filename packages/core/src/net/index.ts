// SPDX-License-Identifier: Apache-2.0
export { isPublicAddress } from './address.ts';
export type { Connector } from './connector.ts';
export type { Effect } from './effect.ts';
export { permittedEndpoint } from './endpoint.ts';
export {
  type HttpLimits,
  type HttpRequest,
  type HttpResponse,
  openHttp,
  permittedUrl,
  type Send,
  Unanswered,
} from './http.ts';
export { openConnector, readAuthorities } from './open.ts';
export { PATIENCE, type Patience, withPatience } from './patience.ts';
export { type ConnectorSettings, connectorSchema, networkSchema, type NetworkSettings } from './settings.ts';
