import { describe, expect, it } from 'vitest';
import { parseDataRoot, parseImageFsInfo } from '../../../lib/sources/runtime/image-filesystem.ts';

describe('parseDataRoot', () => {
  it.each([
    ['{"data-root": "/data/docker"}', '/data/docker'],
    ['{"graph": "/data/docker", "storage-driver": "aufs"}', '/data/docker'],
    ['{"data-root": "/new", "graph": "/old"}', '/new'],
    ['{"data-root": "relative"}', undefined],
    ['{}', undefined],
    ['[]', undefined],
    ['{"data-root": ', undefined],
    ['', undefined],
  ])('%j', (text, root) => {
    expect(parseDataRoot(text)).toBe(root);
  });
});

describe('parseImageFsInfo', () => {
  const fs = (mountpoint: unknown) => [{ fsId: { mountpoint } }];

  it.each([
    ['one filesystem', { imageFilesystems: fs('/i') }, { images: '/i', containers: '/i' }],
    ['split', { imageFilesystems: fs('/i'), containerFilesystems: fs('/c') }, { images: '/i', containers: '/c' }],
    ['empty', { imageFilesystems: [] }, undefined],
    ['no path', { imageFilesystems: fs(7) }, undefined],
    ['no list', { imageFilesystems: 'x' }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, response, paths) => {
    expect(parseImageFsInfo(response)).toEqual(paths);
  });
});
