// Node's socket.io in front of the benchmarks' backend: each `echo` in /plain is a unary call by @grpc/grpc-js, and its
// response is the ack.
//
//   PORT=3000 BACKEND=127.0.0.1:50060 node server.mjs

import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { Server } from 'socket.io';

const kRepository = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const { PORT: port, BACKEND: backend } = process.env;

const definition = protoLoader.loadSync('tests/load/bench.proto', {
  includeDirs: [kRepository, join(kRepository, 'proto')],
});
const { PlainBench } = grpc.loadPackageDefinition(definition).caucus.bench.v1;
const stub = new PlainBench(backend, grpc.credentials.createInsecure());

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
io.of('/plain').on('connection', (socket) => {
  socket.on('echo', (poll, ack) => {
    const deadline = Date.now() + 5_000; // As the edge's --call_timeout.
    stub.echo(poll, { deadline }, (error, response) => ack(error ? { error: error.message } : response));
  });
});
http.listen(Number(port), '127.0.0.1');
