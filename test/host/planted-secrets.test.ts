import { describe, expect, it } from 'vitest';
import { redactor } from '../../lib/host/redact.ts';
import { ANSWERS, PLANTED, TEXTS } from '../fakes/planted.ts';

const redact = redactor(['db-7']);

describe('what leaves a node', () => {
  it.each(TEXTS)('as text has no secret: %s', (_name, text) => {
    expect(redact.text(text)).not.toMatch(PLANTED);
  });

  it.each(TEXTS)('in a recording has no secret: %s', (_name, text) => {
    const files = redact.recorded({ ask: 'readFile /x', answer: { kind: 'text', text, truncated: false } });
    const asked = redact.recorded({
      ask: `run ${JSON.stringify(['sh', '-c', text])}`,
      answer: { kind: 'exited', code: 0, stdout: text },
    });

    expect(JSON.stringify([files, asked])).not.toMatch(PLANTED);
  });

  it.each(ANSWERS)('has no secret: %s', (_name, answer) => {
    expect(JSON.stringify(redact.value(answer))).not.toMatch(PLANTED);
    expect(JSON.stringify(redact.recorded({ ask: 'apiGet /x', answer }))).not.toMatch(PLANTED);
  });
});

describe('what a replay needs', () => {
  it.each([
    '--tls-private-key-file=/etc/kubelet.key --client-ca-file=/ca.crt --v=2',
    'kube-apiserver\0--etcd-keyfile=/etc/etcd.key\0--service-account-signing-key-file=/sa.key\0--v=2',
    'tlsPrivateKeyFile: /var/lib/kubelet/pki/kubelet.key\nauthentication:\n  webhook:\n    enabled: true\n',
    'current-context: a\nusers:\n- name: a\n  user:\n    client-certificate: /a.crt\n    client-key: /a.key\n',
    'node-1 is Ready; tokens: 5 left of 7',
    'volumes:\n- name: data\n  hostPath:\n    path: /data\n',
    '{"a":1,"tokenRequests":[],"automountServiceAccountToken":true}',
  ])('stays: %s', (text) => {
    expect(redact.text(text)).toBe(text);
  });

  it('is JSON where it was JSON', () => {
    const clean = redact.text('{"password":"a b","nested":"{\\"token\\":\\"c d\\"}","x":1}');

    expect(JSON.parse(clean)).toEqual({ password: 'REDACTED', nested: '{"token":"REDACTED"}', x: 1 });
  });
});

describe('hostile text', () => {
  it.each([
    ['one endless word', 'a'.repeat(400_000)],
    ['almost a secret, again and again', 'token'.repeat(80_000)],
    ['quotes that never close', 'password="'.repeat(40_000)],
    ['URLs without an end', '://'.repeat(130_000)],
    ['colons', ':'.repeat(400_000)],
    ['names without a value', 'name: a\n'.repeat(50_000)],
    ['blocks', 'token: |\n '.repeat(40_000)],
  ])(
    'is cleaned in the time that its length needs: %s',
    (_name, text) => {
      expect(redact.text(text).length).toBeGreaterThan(0);
    },
    10_000,
  );
});
