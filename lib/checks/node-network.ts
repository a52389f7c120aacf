import { defineCheck } from '../model/check.ts';
import { setting } from '../model/setting.ts';
import { optional } from '../model/source.ts';
import { seconds } from '../model/units.ts';
import { nodeNetworkUnhealthy } from '../problems/node-network-unhealthy.ts';
import { nodeLease } from '../sources/cluster/node-lease.ts';
import { nodeObject } from '../sources/cluster/node-object.ts';
import { cniConfig } from '../sources/network/cni-config.ts';
import { defaultRoutes } from '../sources/network/default-routes.ts';
import { gateway } from '../sources/network/gateway.ts';
import { criStatus } from '../sources/runtime/cri-status.ts';
import { judgePodNetwork } from './network/pod-network.ts';
import { judgeApiWay, judgeRoutes, latestWord } from './network/way-out.ts';

export const nodeNetwork = defineCheck({
  id: 'node-network',
  title: 'pods get a network, and the host has a way out',
  interval: seconds(30),
  sources: {
    cri: optional(criStatus),
    cni: optional(cniConfig),
    node: optional(nodeObject),
    lease: optional(nodeLease),
    routes: optional(defaultRoutes),
    way: optional(gateway),
  },
  problems: [nodeNetworkUnhealthy],
  settings: {
    defaultRoutes: setting.count(1, 'how many there must be; 0 where everything the host needs is on its own links'),
    slowAnswer: setting.duration(seconds(2.5), 'a GET of one object, the TLS handshake included, takes milliseconds'),
  },
  evaluate({ cri, cni, node, lease, routes, way }, { settings }) {
    const api = latestWord(node, lease);
    return [
      judgePodNetwork({ cri, cni, node }),
      judgeRoutes(routes, api, settings.defaultRoutes),
      judgeApiWay(api, way, settings.slowAnswer),
    ];
  },
});
