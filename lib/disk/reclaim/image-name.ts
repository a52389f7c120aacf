/** A name as the kubelet, docker and containerd write it, in every form that may stand for the same image. */
export function imageForms(name: string): readonly string[] {
  // cri-dockerd: docker-pullable://nginx@sha256:…, docker://sha256:…
  const plain = name.replace(/^[a-z-]+:\/\//, '');
  if (plain === '') return [];
  if (/^(sha256:)?[0-9a-f]{64}$/.test(plain)) return [plain.replace(/^sha256:/, '')];
  const [tagged = '', digest] = plain.split('@');
  const full = qualified(tagged);
  const hasTag = /:[^/]+$/.test(full);
  if (digest !== undefined) return [`${full.replace(/:[^/]+$/, '')}@${digest}`, ...(hasTag ? [full] : [])];
  return [hasTag ? full : `${full}:latest`];
}

/** `nginx` is docker.io/library/nginx, `a/b` is docker.io/a/b. */
function qualified(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  if (!isHost) return `docker.io/${name}`;
  return first === 'index.docker.io' ? ['docker.io', ...rest].join('/') : name;
}
