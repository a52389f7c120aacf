/** One term of a selector, as the API server has it. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
/** The name of a label or an annotation, as a pattern. */
export const LABEL_KEY = `(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?${NAME}`;
const VALUE = `(?:${NAME})?`;
const TERM = new RegExp(
  `^\\s*(?:(!)\\s*(${LABEL_KEY})|(${LABEL_KEY})(?:\\s*(==|=|!=)\\s*(${VALUE})|\\s*([<>])\\s*(\\d+)|\\s+(in|notin)\\s*\\(([^()]*)\\))?)\\s*$`,
);
const IS_VALUE = new RegExp(`^${VALUE}$`);

function setRequirement(key: string, operator: string, list: string): Requirement | undefined {
  const values = list.split(',').map((value) => value.trim());
  if (!values.every((value) => IS_VALUE.test(value))) return undefined;
  return { key, operator: operator === 'in' ? 'In' : 'NotIn', values };
}

function parseTerm(text: string): Requirement | undefined {
  const match = TERM.exec(text);
  if (match === null) return undefined;
  const [, not, absent = '', key = '', sign, value = '', order, number = '', set, list = ''] = match;
  if (not !== undefined) return { key: absent, operator: 'DoesNotExist' };
  if (sign !== undefined) return { key, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] };
  if (order !== undefined) return { key, operator: order === '>' ? 'Gt' : 'Lt', values: [number] };
  return set === undefined ? { key, operator: 'Exists' } : setRequirement(key, set, list);
}

/** A label selector as it is typed (`app=web,tier in (a, b),!old`); undefined when the API server would refuse it. */
export function parseSelector(text: string): readonly Requirement[] | undefined {
  if (text.trim() === '') return [];
  const requirements: Requirement[] = [];
  // Commas within parentheses part values, not terms.
  for (const term of text.split(/,(?![^()]*\))/)) {
    const requirement = parseTerm(term);
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

const isInteger = (text: string | undefined): text is string => text !== undefined && /^-?\d+$/.test(text);

/** As k8s.io/apimachinery labels.Requirement.Matches: a label that is not there is "not in" anything. */
export function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

export const meetsAll = (labels: Labels, requirements: readonly Requirement[]): boolean =>
  requirements.every((requirement) => meets(labels, requirement));

/** Whether the labels are those of a selector as it is typed; of one that is none, they are not. */
export function meetsSelector(labels: Labels, selector: string): boolean {
  const requirements = parseSelector(selector);
  return requirements !== undefined && meetsAll(labels, requirements);
}
