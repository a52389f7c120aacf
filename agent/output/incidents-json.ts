import type { FlightSample } from '../../lib/model/flight.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import type { Incident, PastAction } from '../../lib/policy/history.ts';
import type { IncidentsPage } from './incidents.ts';
import type { LastBootPage } from './last-boot.ts';

const API_VERSION = 'nodemend.io/v1';

/** RFC 3339, or null for what a damaged clock may have left behind. */
const time = (at: number | undefined) => (at === undefined || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString());

const toSeconds = (duration: number) => Math.round(duration) / 1000;

function actionJson({ action, remedy, disruption, unit, by, at, outcome, message, took }: PastAction) {
  return {
    id: action,
    remedy,
    disruption,
    unit: unit ?? null,
    by,
    startedAt: time(at),
    outcome: outcome ?? null,
    message: message ?? null,
    durationSeconds: took === undefined ? null : toSeconds(took),
  };
}

function summaryJson(incident: Incident) {
  return {
    id: incident.id,
    type: incident.type,
    subject: incident.subject ?? null,
    reason: incident.reason,
    severity: incident.severity,
    message: incident.message,
    state: incident.closedAt === undefined ? 'open' : 'closed',
    openedAt: time(incident.openedAt),
    closedAt: time(incident.closedAt),
    durationSeconds: incident.closedAt === undefined ? null : toSeconds(incident.lasted),
    healedBy: incident.healedBy ?? null,
    exhausted: incident.exhausted,
    blockedBy: incident.guards,
    actions: incident.actions.map(actionJson),
  };
}

function entryJson({ at, up, seq, ...entry }: LedgerEntry) {
  return { time: time(at), uptimeSeconds: toSeconds(up), sequence: seq, ...entry };
}

function sampleJson({ at, up, boot: _, ...sample }: FlightSample) {
  return { time: time(at), uptimeSeconds: toSeconds(up), ...sample };
}

/** `nodemend incidents --json`. */
export function incidentsJson({ incidents, notes }: IncidentsPage) {
  return { apiVersion: API_VERSION, kind: 'IncidentList', incidents: incidents.map(summaryJson), notes };
}

/** `nodemend incidents ID --json`. */
export function incidentJson(incident: Incident, files: readonly string[]) {
  return {
    apiVersion: API_VERSION,
    kind: 'Incident',
    ...summaryJson(incident),
    timeline: incident.entries.map(entryJson),
    files,
  };
}

/** `nodemend incidents --last-boot --json`. */
export function lastBootJson({ samples, words, incidents, bootedAt }: LastBootPage) {
  return {
    apiVersion: API_VERSION,
    kind: 'LastBoot',
    endedInOrder: samples.length === 0 ? null : words.inOrder,
    signs: words.signs,
    lastRecordAt: time(samples.at(-1)?.at),
    bootedAt: time(bootedAt),
    incidents: incidents.map(summaryJson),
    records: samples.map(sampleJson),
  };
}
