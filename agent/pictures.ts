/** What few runs of the command line need: a bundle of its own (scripts/build.ts), loaded when it is asked for. */
export { meetsAll, parseFilter } from '../lib/fleet/filter.ts';
export { SORTS, sorted } from '../lib/fleet/order.ts';
export { readNode } from '../lib/fleet/read-node.ts';
export { fleetHealth } from '../lib/fleet/totals.ts';
export { renderFleet } from './output/fleet.ts';
export { fleetJson } from './output/fleet-json.ts';
export { renderIncidentPage } from './pages/incident-page.ts';
