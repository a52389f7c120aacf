import { type NoJudgement, skip, unknown } from '../../model/finding.ts';
import type { ApiFact } from '../../sources/cluster/api-fact.ts';
import { describeIdentity } from '../../sources/cluster/cluster-identity.ts';

/** Why there is nothing to judge: not joined is no trouble, and an API server that cannot be asked proves none. */
export function withoutAnswer(fact: Exclude<ApiFact<unknown>, { readonly kind: 'found' }>): NoJudgement {
  switch (fact.kind) {
    case 'not-joined':
      return skip(fact.why);
    case 'unknown':
      return unknown(fact.why);
    case 'absent':
      return unknown(`the API server has no Node ${fact.identity.nodeName}, as ${describeIdentity(fact.identity)} sees it`);
  }
}
