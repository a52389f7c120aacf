import { describe, expect, it } from 'vitest';
import { parseRequests } from '../../bench/idle/requests.ts';
import { slopeOf } from '../../bench/statistics.ts';

const line = (verb: string, uri: string, agent: string, status = 200) =>
  `I1121 14:20:27.641332    1836 httplog.go:89] "HTTP" verb="${verb}" URI="${uri}" latency="1.5ms" userAgent="${agent}" srcIP="10.0.0.1:1" resp=${status}`;

describe('the idle bench', () => {
  it('counts our requests by verb, path and status, and nobody else’s', () => {
    const log = [
      line('PATCH', '/api/v1/nodes/node1/status', 'nodemend'),
      line('PATCH', '/api/v1/nodes/node1/status', 'nodemend'),
      line('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1', 'nodemend', 403),
      line('WATCH', '/api/v1/nodes', 'kubelet/v1.20.2'),
      'something else',
    ].join('\n');

    expect([...parseRequests(log)]).toEqual([
      ['PATCH /api/v1/nodes/node1/status 200', 2],
      ['GET /api/v1/pods?fieldSelector=spec.nodeName=node1 403', 1],
    ]);
  });

  it.each([
    [
      [
        [0, 1],
        [1, 3],
        [2, 5],
      ],
      2,
    ],
    [
      [
        [0, 4],
        [1, 4],
      ],
      0,
    ],
    [[[1, 4]], 0],
  ] as const)('finds the slope of %j', (points, slope) => {
    expect(slopeOf(points)).toBeCloseTo(slope);
  });
});
