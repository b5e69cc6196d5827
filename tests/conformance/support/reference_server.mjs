// The application of echo.proto on Node's socket.io: what the edge is compared with.

import { createServer } from 'node:http';
import { Server } from 'socket.io';

const options = JSON.parse(process.argv[2] ?? '{}');
const http = createServer();
const io = new Server(http, { pingInterval: 25_000, pingTimeout: 20_000, connectTimeout: 45_000, ...options });

function noop() {}

// Errors as the edge writes them.
function badRequest(message) {
  return { type: 'BadRequest', message };
}

function serve(nsp) {
  nsp.use((socket, next) => {
    const { refuse } = socket.handshake.auth;
    if (refuse === undefined) return next();
    const error = new Error(typeof refuse === 'string' ? refuse : 'refused');
    error.data = { type: 'Unauthorized', message: error.message, reason: 'REFUSED' };
    return next(error);
  });
  nsp.on('connection', (socket) => {
    socket.emit('auth', socket.handshake.auth);
    socket.onAny((event, ...args) => {
      const ack = typeof args.at(-1) === 'function' ? args.pop() : null;
      const fail = (message) => {
        if (ack) ack({ error: badRequest(message) });
        else socket.emit('exception', badRequest(message));
      };
      const handler = kHandlers.get(event);
      if (!handler) return (ack ?? noop)();
      const failure = handler({ nsp, socket, ack: ack ?? noop }, ...args);
      if (failure !== undefined) fail(failure);
      return undefined;
    });
  });
}

const announcements = new WeakMap();

const kBad = 'bad arguments';
const isText = (value) => typeof value === 'string';

// Each returns the message of its failure, or undefined.
const kHandlers = new Map(Object.entries({
  'message': ({ socket, ack }, ...args) => {
    ack();
    socket.emit('message-back', ...args);
  },
  'message-with-ack': ({ ack }, ...args) => ack(...args),
  'whoami': ({ socket, ack }) => ack(socket.id),
  'handshake': ({ socket, ack }) => ack(socket.handshake.auth, socket.handshake.query.test ?? null),
  'join': ({ socket, ack }, room) => {
    if (!isText(room)) return kBad;
    socket.join(room);
    return ack();
  },
  'leave': ({ socket, ack }, room) => {
    if (!isText(room)) return kBad;
    socket.leave(room);
    return ack();
  },
  'to-room': ({ socket, ack }, room, event, ...args) => {
    if (!isText(room) || !isText(event)) return kBad;
    ack();
    socket.to(room).emit(event, ...args);
    return undefined;
  },
  'to-socket': ({ nsp, ack }, id, event, ...args) => {
    if (!isText(id) || !isText(event)) return kBad;
    ack();
    nsp.to(id).emit(event, ...args);
    return undefined;
  },
  'broadcast': ({ nsp, ack }, event, ...args) => {
    if (!isText(event)) return kBad;
    ack();
    nsp.emit(event, ...args);
    return undefined;
  },
  'broadcast-others': ({ socket, ack }, event, ...args) => {
    if (!isText(event)) return kBad;
    ack();
    socket.broadcast.emit(event, ...args);
    return undefined;
  },
  'count': ({ socket, ack }, count) => {
    if (!Number.isInteger(count)) return kBad;
    ack();
    for (let i = 0; i < count; ++i) socket.emit('tick', i);
    return undefined;
  },
  'slow': ({ ack }, milliseconds, ...args) => {
    if (!Number.isInteger(milliseconds)) return kBad;
    setTimeout(() => ack(...args), milliseconds);
    return undefined;
  },
  'fail': (_, text) => text ?? 'failed',
  'announce': ({ nsp, socket, ack }, room) => {
    if (!isText(room)) return kBad;
    if (!announcements.has(socket)) socket.on('disconnect', () => nsp.to(announcements.get(socket)).emit('left', socket.id));
    announcements.set(socket, room);
    return ack();
  },
  'kick': ({ socket, ack }, close) => {
    ack();
    socket.disconnect(close === true);
  },
}));

serve(io.of('/'));
serve(io.of('/custom'));
http.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${http.address().port}`));
process.on('SIGTERM', () => io.close(() => process.exit(0)));
