import { describe, expect, it } from 'vitest';
import { redactor } from '../../lib/host/redact.ts';

const { text, value, recorded } = redactor(['db-7.example.com', 'db-7']);

describe('redactor', () => {
  it.each([
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEsecret\n-----END RSA PRIVATE KEY-----', 'MIIEsecret'],
    ['a private key that was cut', '-----BEGIN PRIVATE KEY-----\nMIIEsecret', 'MIIEsecret'],
    ['a key in a kubeconfig', 'users:\n- user:\n    client-key-data: TUlJRXNlY3JldA==\n', 'TUlJRXNlY3JldA'],
    ['a token in a kubeconfig', '    token: abcdef.0123456789abcdef', '0123456789abcdef'],
    ['a bearer header', 'Authorization: Bearer sha256~abcdefgh', 'abcdefgh'],
    ['a JSON web token', 'said eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln in a log', 'eyJzdWIiOiJ4In0'],
    ['a flag', 'kubelet --bootstrap-token=abc123def456 --v=2', 'abc123def456'],
    ['a password in a URL', 'proxy http://root:hunter2@proxy:3128/', 'hunter2'],
    ['a password in JSON', '{"auth":{"password":"hunter2"}}', 'hunter2'],
    ['an environment variable', 'DB_PASSWORD=hunter2', 'hunter2'],
  ])('takes out %s', (_name, original, secret) => {
    expect(text(original)).not.toContain(secret);
    expect(JSON.stringify(value({ answer: original }))).not.toContain(secret);
  });

  it('keeps a flag that only names a file', () => {
    expect(text('--tls-private-key-file=/etc/kubelet.key --client-ca-file=/ca.crt')).toContain('/etc/kubelet.key');
  });

  it('replaces the host name, not words that contain it', () => {
    expect(text('DB-7.example.com db-7 db-77 mydb-7 db-7-data --db-7=x')).toBe('node-1 node-1 db-77 mydb-7 db-7-data --db-7=x');
  });

  it.each([
    ['the name of a mirror pod', 'kube-system/etcd-db-7', 'kube-system/etcd-node-1'],
    ['docker’s name for it', 'k8s_POD_etcd-db-7_kube-system_0', 'k8s_POD_etcd-node-1_kube-system_0'],
    [
      'a field selector',
      '/api/v1/pods?fieldSelector=spec.nodeName%3Ddb-7&limit=1',
      '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&limit=1',
    ],
    ['a line of a log in JSON', '{"MESSAGE":"first\\ndb-7 second"}', '{"MESSAGE":"first\\nnode-1 second"}'],
  ])('finds the host name in %s', (_name, original, clean) => {
    expect(text(original)).toBe(clean);
  });

  it.each([
    ['tcp', '   0: 0B00D50A:2742 0100D50A:192B 0A', '   0: 016433C6:2742 026433C6:192B 0A'],
    ['tcp', '   0: 0100007F:2748 00000000:0000 0A', '   0: 0100007F:2748 00000000:0000 0A'],
    ['tcp6', ' 0000000000000000FFFF00000B00D50A:2742 0:0', ' 0000000000000000FFFF0000016433C6:2742 0:0'],
    ['tcp6', ' 00000000000000000000000001000000:2742', ' 00000000000000000000000001000000:2742'],
    ['tcp6', ' 000000FD00000000000000000B000000:2742', ' B80D0120000000000000000001000000:2742'],
    ['route', 'eth0\t00000000\t0100D50A\t0003\t0\t0\t0\t00000000\n', 'eth0\t00000000\t016433C6\t0003\t0\t0\t0\t00000000\n'],
    ['ipv6_route', 'fd000000000000000000000000000000 40 0 eth0', '20010db8000000000000000000000001 40 0 eth0'],
  ])('finds addresses in /proc/net/%s: %s', (name, original, clean) => {
    const read = redactor([]).recorded;
    const answer = { kind: 'text', text: original, truncated: false };

    expect(read({ ask: `readFile /proc/1/net/${name}`, answer }).answer).toEqual({ ...answer, text: clean });
  });

  it('gives an address one stand-in, however it is written', () => {
    const { recorded: read, text: clean } = redactor([]);
    const answer = { kind: 'text', text: 'eth0\t00000000\t0100D50A\t0003\n', truncated: false };

    // 0x016433C6, read backwards.
    expect(read({ ask: 'readFile /proc/net/route', answer }).answer).toMatchObject({ text: 'eth0\t00000000\t016433C6\t0003\n' });
    expect(clean('10.213.0.1 fd00:0:0:0::1 fd00::1')).toBe('198.51.100.1 2001:db8::1 2001:db8::1');
  });

  it('asks and answers in the same words', () => {
    const answer = { ask: 'readFile /etc/db-7.conf', answer: { kind: 'text', text: 'db-7 10.0.0.5' } };

    expect(recorded(answer)).toEqual({ ask: 'readFile /etc/node-1.conf', answer: { kind: 'text', text: text('db-7 10.0.0.5') } });
  });

  it('keeps of the kernel’s command line what bears on a check', () => {
    const line =
      'BOOT_IMAGE=/vmlinuz root=UUID=1 cgroup.memory=nokmem systemd.unified_cgroup_hierarchy=0 ds=nocloud;s=http://seed/';
    const answer = { ask: 'readFile /proc/cmdline', answer: { kind: 'text', text: line, truncated: false } };

    expect(recorded(answer).answer).toEqual({
      kind: 'text',
      text: 'cgroup.memory=nokmem systemd.unified_cgroup_hierarchy=0\n',
      truncated: false,
    });
    expect(recorded({ ask: answer.ask, answer: { kind: 'denied' } }).answer).toEqual({ kind: 'denied' });
  });

  it('gives equal addresses equal stand-ins, and leaves loopback', () => {
    expect(text('10.0.0.5 10.0.0.6 10.0.0.5 127.0.0.1 0.0.0.0 fd00:1:2:3::9')).toBe(
      '198.51.100.1 198.51.100.2 198.51.100.1 127.0.0.1 0.0.0.0 2001:db8::1',
    );
  });

  it('leaves versions and times alone', () => {
    const kept = 'docker 20.10.24 systemd 252.39-1~deb12u2 at 10:28:47 device 254:0 v1.20.2';

    expect(text(kept)).toBe(kept);
  });

  it('drops environment and arguments of containers, also in a body that is JSON in a string', () => {
    const body = JSON.stringify({ Id: 'abc', Config: { Env: ['K=v'], Cmd: ['--pw', 'x'], Labels: { a: 'b' } } });

    expect(value({ body })).toEqual({ body: JSON.stringify({ Id: 'abc', Config: { Labels: { a: 'b' } } }) });
  });

  it('keeps numbers, nulls and booleans', () => {
    expect(value({ a: [1, null, true] })).toEqual({ a: [1, null, true] });
  });
});
