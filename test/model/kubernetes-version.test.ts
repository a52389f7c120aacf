import { describe, expect, it } from 'vitest';
import { minorOf } from '../../lib/model/kubernetes-version.ts';

describe('minorOf', () => {
  it.each([
    ['v1.20.2', 20],
    ['1.36.2', 36],
    ['v1.28.4-gke.1083000', 28],
    ['v1.9+', 9],
    ['v2.0.0', undefined],
    ['Kubernetes v1.20.2', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (version, minor) => {
    expect(minorOf(version)).toBe(minor);
  });
});
