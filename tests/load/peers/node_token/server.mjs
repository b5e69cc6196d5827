// Node's socket.io verifying tokens of auth-service in process, before a client may enter /token.
//
//   PORT=3000 JWKS=jwks.json node server.mjs

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { Server } from 'socket.io';

const { PORT: port, JWKS: file } = process.env;
const keys = createLocalJWKSet(JSON.parse(readFileSync(file, 'utf8')));
const kExpected = { algorithms: ['EdDSA'], issuer: 'caucus', audience: 'caucus' };

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
const people = io.of('/token');
people.use((socket, next) => {
  jwtVerify(socket.handshake.auth.token, keys, kExpected).then(
    ({ payload }) => {
      socket.data.subject = payload.sub;
      next();
    },
    () => next(new Error('not a valid token')),
  );
});
people.on('connection', () => {});
http.listen(Number(port), '127.0.0.1');
