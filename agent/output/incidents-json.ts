import type { FlightSample } from '../../lib/model/flight.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import type { Incident, PastAction } from '../../lib/policy/history.ts';
import type { IncidentsPage } from './incidents.ts';
import { jsonSeconds, jsonTime } from './json-values.ts';
import type { LastBootPage } from './last-boot.ts';

const API_VERSION = 'nodemend.io/v1';

function actionJson({ action, remedy, disruption, unit, by, at, outcome, message, took }: PastAction) {
  return {
    id: action,
    remedy,
    disruption,
    unit: unit ?? null,
    by,
    startedAt: jsonTime(at),
    outcome: outcome ?? null,
    message: message ?? null,
    durationSeconds: jsonSeconds(took),
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
    openedAt: jsonTime(incident.openedAt),
    closedAt: jsonTime(incident.closedAt),
    durationSeconds: incident.closedAt === undefined ? null : jsonSeconds(incident.lasted),
    healedBy: incident.healedBy ?? null,
    exhausted: incident.exhausted,
    blockedBy: incident.guards,
    actions: incident.actions.map(actionJson),
  };
}

function entryJson({ at, up, seq, ...entry }: LedgerEntry) {
  return { time: jsonTime(at), uptimeSeconds: jsonSeconds(up), sequence: seq, ...entry };
}

function sampleJson({ at, up, boot: _, ...sample }: FlightSample) {
  return { time: jsonTime(at), uptimeSeconds: jsonSeconds(up), ...sample };
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
    lastRecordAt: jsonTime(samples.at(-1)?.at),
    bootedAt: jsonTime(bootedAt),
    incidents: incidents.map(summaryJson),
    records: samples.map(sampleJson),
  };
}
