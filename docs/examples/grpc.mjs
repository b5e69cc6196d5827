// The same poll through the gRPC door.
//   node grpc.mjs [localhost:50052]
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const protos = new URL('../../proto', import.meta.url).pathname;
const { PollsService } = grpc.loadPackageDefinition(loader.loadSync('caucus/polls/v1/polls_service.proto', {
  includeDirs: [protos], enums: String, defaults: true,
})).caucus.polls.v1;
const client = new PollsService(process.argv[2] ?? 'localhost:50052', grpc.credentials.createInsecure());

// Identity is the token: metadata `authorization: Bearer <token>`.
const caller = (token) => (method, request = {}) => {
  const metadata = new grpc.Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  return promisify(client[method]).call(client, request, metadata, { deadline: Date.now() + 5_000 });
};

const { poll, accessToken } = await caller()('createPoll', { topic: 'Where shall we eat?', votesPerVoter: 1, name: 'Ada' });
const ada = caller(accessToken);
const at = { pollId: poll.id };
await ada('addParticipant', at);
const { nominationId } = await ada('addNomination', { ...at, text: 'Pizza' });
await ada('startVote', at);
await ada('submitRankings', { ...at, rankings: [nominationId] });
await ada('closePoll', at);
for (const { nominationText, score } of (await ada('getPoll', at)).poll.results) console.log(nominationText, score);
await ada('startVote', at).catch(({ code, details }) => console.log(grpc.status[code], details));
client.close();
