import type { DeclaredCondition } from '../conditions/declared.ts';
import type { Fields } from './fields.ts';

export function readConditions(fields: Fields): readonly DeclaredCondition[] {
  return (fields.get('conditions')?.items() ?? []).flatMap((item) => {
    const condition = item.fields();
    const [type, reason, message] = ['type', 'reason', 'message'].map((name) => condition.get(name)?.text() ?? '');
    for (const ignored of ['status', 'transition']) condition.get(ignored);
    condition.warnUnknown();
    if (type === undefined || type === '') return item.expected('a condition with a type') ?? [];
    return [{ type, reason: reason ?? '', message: message ?? '' }];
  });
}
