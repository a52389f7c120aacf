import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', 'dist', 'release', '.git', 'recordings', 'fixtures']);

function markdownBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownBelow(path);
    return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Without blocks and spans of code: what looks like a link there is none. */
const proseOf = (text: string) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them of headings; the second one of a name gets a number. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const headings = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm);
  for (const [, heading = ''] of headings) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = slug;
    for (let number = 1; anchors.has(unique); number += 1) unique = `${slug}-${number}`;
    anchors.add(unique);
  }
  for (const [, name = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(name);
  return anchors;
}

function whyBroken(file: string, target: string): string | undefined {
  const [path = '', anchor] = decodeURI(target).split('#');
  const wanted = path === '' ? file : join(dirname(file), path);
  if (!existsSync(wanted)) return 'there is no such file';
  if (relative(root, wanted).startsWith('..')) return 'leads out of the repository';
  if (anchor === undefined || !wanted.endsWith('.md') || statSync(wanted).isDirectory()) return undefined;
  return anchorsOf(readFileSync(wanted, 'utf8')).has(anchor) ? undefined : 'there is no such heading';
}

const linksOf = (text: string) =>
  [...proseOf(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s+(\S+)/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );

const files = markdownBelow(root);

describe('links', () => {
  it.each(files.map((file) => [relative(root, file), file] as const))('of %s lead somewhere', (_name, file) => {
    const own = linksOf(readFileSync(file, 'utf8')).filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
    const broken = own.flatMap((target) => {
      const why = whyBroken(file, target);
      return why === undefined ? [] : [`${target}: ${why}`];
    });

    expect(broken).toEqual([]);
  });

  it('are found at all', () => {
    expect(linksOf('[a](b.md#c) `[no](x)` [d]( <e f> "t") \n[r]: g.md\n')).toEqual(['b.md#c', 'g.md']);
    expect([...anchorsOf('# A *b* `c`\n## A b c\n```\n# no\n```\n### [x](y): z\n')]).toEqual(['a-b-c', 'a-b-c-1', 'x-z']);
    expect(whyBroken(join(root, 'README.md'), 'docs/nothing.md')).toBe('there is no such file');
    expect(whyBroken(join(root, 'README.md'), 'docs/guards.md#nothing')).toBe('there is no such heading');
    expect(whyBroken(join(root, 'README.md'), 'docs/guards.md#the-fleet')).toBeUndefined();
  });

  it('reach every page from the index', () => {
    const index = join(root, 'docs/README.md');
    const named = new Set(linksOf(readFileSync(index, 'utf8')).map((target) => join(dirname(index), target.split('#')[0] ?? '')));
    const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');

    expect(pages.filter((name) => !named.has(join(root, 'docs', name)))).toEqual([]);
  });
});
