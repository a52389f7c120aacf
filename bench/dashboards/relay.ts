/** In a host's network namespace: what a proxy in front of an agent is elsewhere. HOST:PORT → the agent on loopback, as it is. */
import net from 'node:net';

const [host = '', port = ''] = process.argv.slice(2);
net
  .createServer((from) => {
    const to = net.connect(20_280, '127.0.0.1');
    from.pipe(to).pipe(from);
    for (const socket of [from, to]) {
      socket.on('error', () => {
        from.destroy();
        to.destroy();
      });
    }
  })
  .listen(Number(port), host);
