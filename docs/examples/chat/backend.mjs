// The chat's backend: an ordinary gRPC server. It knows Socket.IO only from its proto.
// Usage: node backend.mjs [host:port]

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const here = dirname(fileURLToPath(import.meta.url));
const includeDirs = [join(here, '..', '..', '..', 'proto'), here];
const { chat } = grpc.loadPackageDefinition(
  protoLoader.loadSync('chat.proto', { includeDirs, defaults: true, enums: String }),
);

const service = {
  Join: ({ request }, reply) => reply(null, { room: request.room.toLowerCase() }),

  Say: ({ request }, reply) => {
    if (!request.author) return reply({ code: grpc.status.UNAUTHENTICATED, details: 'Who are you?' });
    reply(null, { message: { author: request.author, text: request.text } });
  },

  Draw: ({ request }, reply) => reply(null, { image: request.image }),

  // A raw event: decide here what its name means.
  HandleAnything: ({ request }, reply) => {
    if (request.event !== 'whisper') {
      return reply({ code: grpc.status.NOT_FOUND, details: `There is no ${request.event}` });
    }
    const [to, text] = JSON.parse(request.arguments.json);
    reply(null, {
      ack: { json: JSON.stringify([{ whispered: true }]) },
      effects: {
        effects: [
          { emit: { to: { socketId: to }, event: 'whispered', argumentsJson: JSON.stringify([request.socketId, text]) } },
        ],
      },
    });
  },
};

const server = new grpc.Server();
server.addService(chat.v1.ChatService.service, service);
server.bindAsync(process.argv[2] ?? '127.0.0.1:50060', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`chat backend on port ${port}`);
});
