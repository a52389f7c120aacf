/** What a body is, by the verb that sends it. */
export const CONTENT_TYPE = {
  POST: 'application/json',
  PATCH: 'application/strategic-merge-patch+json',
  DELETE: 'application/json',
} as const;

/** Served since Kubernetes 1.15; an older server gives the objects whole. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=1,application/json';

export const acceptOf = (metadataOnly: boolean | undefined): string => (metadataOnly === true ? METADATA : 'application/json');
