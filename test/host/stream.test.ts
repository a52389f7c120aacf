import { describe, expect, it } from 'vitest';
import { stream } from '../../lib/host/stream.ts';

async function read(script: string, signal?: AbortSignal) {
  let text = '';
  const onText = (more: string) => {
    text += more;
  };
  const end = await stream(['sh', '-c', script], { onText, ...(signal === undefined ? {} : { signal }) });
  return { end, text };
}

describe('stream', () => {
  it('gives all that was written, and the exit status', async () => {
    const { end, text } = await read('seq 20000; exit 3');

    expect(text.split('\n')).toHaveLength(20_001);
    expect(end).toEqual({ kind: 'exited', code: 3, complaint: '' });
  });

  it('keeps the end of a long complaint, where the reason is', async () => {
    const { end } = await read('seq 5000 >&2; echo no space left >&2; exit 1');

    expect(end).toMatchObject({ kind: 'exited', code: 1, complaint: expect.stringMatching(/no space left$/) });
    expect(JSON.stringify(end).length).toBeLessThan(4000);
  });

  it('does not cut a character that came in two pieces', async () => {
    const { text } = await read("printf '\\303'; sleep 0.05; printf '\\244'");

    expect(text).toBe('ä');
  });

  it('is ended by its signal, also when that was raised before', async () => {
    const stop = new AbortController();
    const going = read('echo begun; exec sleep 60', stop.signal);
    stop.abort();

    expect((await going).end).toEqual({ kind: 'signalled', signal: 'SIGTERM' });
    expect((await read('exec sleep 60', AbortSignal.abort())).end).toEqual({ kind: 'signalled', signal: 'SIGTERM' });
  });

  it('names a program that is not there', async () => {
    expect(await stream(['/nonexistent/rsync'], { onText: () => undefined })).toEqual({
      kind: 'not-found',
      file: '/nonexistent/rsync',
    });
  });
});
