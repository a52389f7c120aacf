import { type Duration, KiB } from '../../model/units.ts';
import { LATE, toConnectFailure } from '../connect-failure.ts';
import type { CriAnswer, CriRequest } from '../host.ts';
import { type Connection, connect } from './connection.ts';
import { keptConnections } from './kept.ts';
import { type Method, methods } from './messages.ts';
import { type UnaryAnswer, unary } from './unary.ts';
import { decode, encode, MalformedMessage } from './wire.ts';

type Version = 'v1' | 'v1alpha2';
const UNIMPLEMENTED = 12;
/** What is asked all day long has short answers; a list of containers has not. */
const [SHORT, LONG] = [4 * KiB, 64 * KiB];

type Methods = Readonly<Record<string, Method>>;

function methodOf(request: CriRequest, known: Methods): Method {
  const name = `${request.service}/${request.method}`;
  const method = known[name];
  if (method === undefined) throw new TypeError(`no description of the CRI method ${name}`);
  return method;
}

interface Attempt {
  readonly connection: Connection;
  readonly deadline: Duration;
}

function ask(
  request: CriRequest,
  { request: message }: Method,
  version: Version,
  { connection, deadline }: Attempt,
): Promise<UnaryAnswer> {
  const path = `/runtime.${version}.${request.service}/${request.method}`;
  const body = encode(message, request.request ?? {});
  return unary(connection, { path, body, deadline });
}

function toCriAnswer({ response }: Method, version: Version, answer: UnaryAnswer, took: Duration): CriAnswer {
  if (answer.kind === 'status') return { kind: 'grpc-error', code: answer.code, message: answer.message };
  if (answer.kind === 'malformed') return { kind: 'failed', code: answer.code };
  try {
    return { kind: 'response', version, response: decode(response, answer.bytes), took };
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return { kind: 'failed', code: 'MALFORMED_MESSAGE' };
  }
}

const isUnimplemented = (answer: UnaryAnswer) => answer.kind === 'status' && answer.code === UNIMPLEMENTED;
const otherThan = (version: Version): Version => (version === 'v1' ? 'v1alpha2' : 'v1');

/** Unary CRI calls; remembers per socket which version of the API its server speaks. */
export function criClient(known: Methods = methods): (request: CriRequest) => Promise<CriAnswer> {
  const spoken = new Map<string, Version>();
  const kept = keptConnections();

  /** A server that knows neither version has no CRI plugin: the first answer tells. */
  async function askEither(request: CriRequest, attempt: Attempt): Promise<[Version, UnaryAnswer]> {
    const version = spoken.get(request.socketPath) ?? 'v1';
    const answer = await ask(request, methodOf(request, known), version, attempt);
    if (!isUnimplemented(answer)) {
      spoken.set(request.socketPath, version);
      return [version, answer];
    }
    const other = otherThan(version);
    const second = await ask(request, methodOf(request, known), other, attempt);
    if (isUnimplemented(second)) return [version, answer];
    spoken.set(request.socketPath, other);
    return [other, second];
  }

  async function attempt(request: CriRequest, connection: Connection): Promise<CriAnswer> {
    const started = performance.now();
    const { deadline } = request;
    const { promise: late, reject } = Promise.withResolvers<never>();
    late.catch(() => undefined);
    // AbortSignal.timeout() cannot be called off: it would make its error long after the answer.
    const timer = setTimeout(() => reject(LATE), deadline);
    try {
      await Promise.race([connection.connected, late]);
      const [version, answer] = await Promise.race([askEither(request, { connection, deadline }), late]);
      return toCriAnswer(methodOf(request, known), version, answer, performance.now() - started);
    } catch (error) {
      return toConnectFailure(error, deadline, connection.isConnected());
    } finally {
      clearTimeout(timer);
    }
  }

  return async function criCall(request): Promise<CriAnswer> {
    methodOf(request, known);
    const { socketPath } = request;
    const old = request.kept === true ? kept.take(socketPath) : undefined;
    const connection = old ?? connect(socketPath, request.kept === true ? SHORT : LONG);
    const answer = await attempt(request, connection);
    const isGood = answer.kind === 'response' || answer.kind === 'grpc-error';
    if (!isGood || request.kept !== true || !kept.keep(socketPath, connection)) connection.end();
    // Its server had closed it: restarted, for one.
    return old !== undefined && answer.kind === 'failed' ? criCall({ ...request, kept: false }) : answer;
  };
}

export const criCall = criClient();
