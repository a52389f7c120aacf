import type { Message } from './wire.ts';

/**
 * What we ask of CRI, with the field numbers of cri-api's api.proto. They are the same in runtime.v1alpha2 (1.20) and
 * runtime.v1 (1.36); fields that we do not read are left out and skipped on the wire.
 */
const string = (name: string) => ({ name, is: 'string' }) as const;
const boolean = (name: string) => ({ name, is: 'boolean' }) as const;
const integer = (name: string) => ({ name, is: 'integer' }) as const;
const map = (name: string) => ({ name, is: 'map' }) as const;
const message = (name: string, of: Message) => ({ name, is: 'message', of }) as const;
const messages = (name: string, of: Message) => ({ name, is: 'messages', of }) as const;

const CONTAINER_STATE = {
  name: 'state',
  is: 'enum',
  values: ['CONTAINER_CREATED', 'CONTAINER_RUNNING', 'CONTAINER_EXITED', 'CONTAINER_UNKNOWN'],
} as const;
const SANDBOX_STATE = { name: 'state', is: 'enum', values: ['SANDBOX_READY', 'SANDBOX_NOTREADY'] } as const;

const containerMetadata: Message = { 1: string('name'), 2: integer('attempt') };
const sandboxMetadata: Message = { 1: string('name'), 2: string('uid'), 3: string('namespace'), 4: integer('attempt') };
const imageSpec: Message = { 1: string('image') };
const uint64: Message = { 1: integer('value') };

const runtimeCondition: Message = { 1: string('type'), 2: boolean('status'), 3: string('reason'), 4: string('message') };

const container: Message = {
  1: string('id'),
  2: string('podSandboxId'),
  3: message('metadata', containerMetadata),
  4: message('image', imageSpec),
  5: string('imageRef'),
  6: CONTAINER_STATE,
  7: integer('createdAt'),
  8: map('labels'),
};

const sandbox: Message = {
  1: string('id'),
  2: message('metadata', sandboxMetadata),
  3: SANDBOX_STATE,
  4: integer('createdAt'),
  5: map('labels'),
  6: map('annotations'),
};

const containerStatus: Message = {
  1: string('id'),
  2: message('metadata', containerMetadata),
  3: CONTAINER_STATE,
  4: integer('createdAt'),
  5: integer('startedAt'),
  6: integer('finishedAt'),
  7: integer('exitCode'),
  10: string('reason'),
  11: string('message'),
  12: map('labels'),
};

const sandboxStatus: Message = {
  1: string('id'),
  2: message('metadata', sandboxMetadata),
  3: SANDBOX_STATE,
  4: integer('createdAt'),
  7: map('labels'),
};

const filesystemUsage: Message = {
  1: integer('timestamp'),
  2: message('fsId', { 1: string('mountpoint') }),
  3: message('usedBytes', uint64),
  4: message('inodesUsed', uint64),
};

const image: Message = {
  1: string('id'),
  2: { name: 'repoTags', is: 'strings' },
  3: { name: 'repoDigests', is: 'strings' },
  4: integer('size'),
  8: boolean('pinned'),
};

const containerFilter: Message = {
  1: string('id'),
  2: message('state', { 1: CONTAINER_STATE }),
  3: string('podSandboxId'),
  4: map('labelSelector'),
};

export interface Method {
  readonly request: Message;
  readonly response: Message;
}

export const methods: Readonly<Record<string, Method>> = {
  'RuntimeService/Version': {
    request: { 1: string('version') },
    response: { 1: string('version'), 2: string('runtimeName'), 3: string('runtimeVersion'), 4: string('runtimeApiVersion') },
  },
  'RuntimeService/Status': {
    request: { 1: boolean('verbose') },
    response: { 1: message('status', { 1: messages('conditions', runtimeCondition) }), 2: map('info') },
  },
  'RuntimeService/ListContainers': {
    request: { 1: message('filter', containerFilter) },
    response: { 1: messages('containers', container) },
  },
  'RuntimeService/ListPodSandbox': { request: {}, response: { 1: messages('items', sandbox) } },
  'RuntimeService/ContainerStatus': {
    request: { 1: string('containerId'), 2: boolean('verbose') },
    response: { 1: message('status', containerStatus), 2: map('info') },
  },
  // Whether it is answered is all we want to know: containerd asks the shim, and its status comes from memory.
  'RuntimeService/ContainerStats': { request: { 1: string('containerId') }, response: {} },
  'RuntimeService/PodSandboxStatus': {
    request: { 1: string('podSandboxId'), 2: boolean('verbose') },
    response: { 1: message('status', sandboxStatus), 2: map('info') },
  },
  'ImageService/ImageFsInfo': {
    request: {},
    response: { 1: messages('imageFilesystems', filesystemUsage), 2: messages('containerFilesystems', filesystemUsage) },
  },
  'ImageService/ListImages': { request: {}, response: { 1: messages('images', image) } },
  'ImageService/ImageStatus': {
    request: { 1: message('image', imageSpec), 2: boolean('verbose') },
    response: { 1: message('image', image), 2: map('info') },
  },
};

/** What changes something: in nobody's hands but of the program that carries out a remedy. */
export const writingMethods: Readonly<Record<string, Method>> = {
  'RuntimeService/RemoveContainer': { request: { 1: string('containerId') }, response: {} },
  'ImageService/RemoveImage': { request: { 1: message('image', imageSpec) }, response: {} },
};
