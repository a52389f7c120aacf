import { describe, expect, it } from 'vitest';
import { agentSchema } from '../../agent/configuration.ts';
import { formatProblem, loadConfig } from '../../lib/config/load.ts';
import { fakeNode } from '../fakes/node.ts';

async function load(prometheus: string) {
  const text = `guards:\n  blockers:\n    prometheus: ${prometheus}\n`;
  const result = await loadConfig(fakeNode({ files: { '/etc/nodemend/config.yaml': text } }), agentSchema(), undefined);
  return result.kind === 'valid' ? result.config.guards.blockers.prometheus : result.problems.map(formatProblem);
}

describe('guards.blockers.prometheus', () => {
  it.each([
    ['{ url: "http://p:9090" }', { url: 'http://p:9090', ca: '' }],
    ['{ url: "https://p/base", ca: /etc/ssl/p.pem }', { url: 'https://p/base', ca: '/etc/ssl/p.pem' }],
  ])('takes %s', async (given, settings) => {
    expect(await load(given)).toMatchObject(settings);
  });

  it.each([
    ['{ url: "https://p" }', /config\.yaml:3.*ca.*with https:\/\/, the file of the authority/],
    ['{ url: "https://p", ca: p.pem }', /config\.yaml:3:\d+.*"p\.pem".*absolute path/],
    ['{ url: "ftp://p" }', /config\.yaml:3:\d+.*"ftp:\/\/p".*an http:\/\/ or https:\/\/ address/],
    ['{ url: "https://me:secret@p", ca: /p.pem }', /address without credentials/],
  ])('says what is wrong with %s, and where', async (given, said) => {
    expect(await load(given)).toEqual([expect.stringMatching(said)]);
  });
});
