// Every call of caucus.polls.v1.PollsService once; docs/polls-api.md quotes it.
//   node polls_grpc.mjs [localhost:50052]
import { createHash, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const protos = new URL('../../proto', import.meta.url).pathname;
const { PollsService } = grpc.loadPackageDefinition(loader.loadSync('caucus/polls/v1/polls_service.proto', {
  includeDirs: [protos], enums: String, defaults: true, oneofs: true,
})).caucus.polls.v1;
const client = new PollsService(process.argv[2] ?? 'localhost:50052', grpc.credentials.createInsecure());

const bearer = (token) => {
  const metadata = new grpc.Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

// Calls as the holder of a token, or as nobody.
const caller = (token) => (method, request = {}) =>
  promisify(client[method]).call(client, request, bearer(token), { deadline: Date.now() + 5_000 });
const nobody = caller();

// Repeats a call until its outcome is known: with one requestId it takes effect once.
async function surely(call, method, request) {
  const repeatable = { requestId: randomUUID(), ...request };
  for (;;) {
    try {
      return await call(method, repeatable);
    } catch (error) {
      if (![grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED].includes(error.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

// CreatePoll
const { poll, accessToken } = await surely(nobody, 'createPoll', {
  topic: 'Where shall we eat?', votesPerVoter: 2, name: 'Ada',
  rules: { method: 'METHOD_INSTANT_RUNOFF', seats: 1 }, ballotChangesAllowed: true,
});
const ada = caller(accessToken);
const at = { pollId: poll.id };

// JoinPoll
const joined = await nobody('joinPoll', { ...at, name: 'Grace', view: 'POLL_VIEW_BASIC' });
const grace = caller(joined.accessToken);

// AddParticipant
const { revision } = await ada('addParticipant', at);
await grace('addParticipant', { ...at, connectionId: 'a connection', edgeId: 'my edge' });

// LeavePoll
await grace('leavePoll', { ...at, connectionId: 'a connection' });

// RejoinPoll
const back = await nobody('rejoinPoll', { accessToken: joined.accessToken });
console.log('present:', Object.values(back.poll.participants).sort().join(', '));

// WatchPoll
const watch = client.watchPoll({ ...at, revision: 0, mode: 'MODE_DELTA' }, bearer(accessToken));
const told = [];
watch.on('data', (message) => told.push(message.event));
const watchEnded = new Promise((resolve) => watch.on('status', resolve).on('error', () => {}));
// end of WatchPoll

// AddNomination
const { nominationId: pizza } = await surely(ada, 'addNomination', { ...at, text: 'Pizza' });
const { nominationId: sushi } = await surely(grace, 'addNomination', { ...at, text: 'Sushi' });
const { nominationId: mud } = await surely(grace, 'addNomination', { ...at, text: 'Mud' });

// RemoveNomination
await ada('removeNomination', { ...at, id: mud });

// RemoveParticipant
const mallory = await nobody('joinPoll', { ...at, name: 'Mallory' });
await caller(mallory.accessToken)('addParticipant', at);
const { sub } = JSON.parse(Buffer.from(mallory.accessToken.split('.')[1], 'base64url'));
await ada('removeParticipant', { ...at, id: sub });

// LiftBan
await ada('liftBan', { ...at, id: sub });

// GetPoll
const now = (await grace('getPoll', { ...at, view: 'POLL_VIEW_FULL' })).poll;
console.log('options:', Object.values(now.nominations).map(({ text }) => text).sort().join(', '));

// StartVote
await ada('startVote', at);
const { tieBreakCommitment } = (await grace('getPoll', at)).poll;

// SubmitRankings
await surely(ada, 'submitRankings', { ...at, rankings: [pizza] });
await surely(grace, 'submitRankings', { ...at, rankings: [pizza, sushi] });
await surely(grace, 'submitRankings', { ...at, rankings: [sushi, pizza] });

// ClosePoll
await surely(ada, 'closePoll', at);
const { results, tieBreakSeed } = (await grace('getPoll', at)).poll;
for (const { rank, nominationText, score } of results) console.log(rank, nominationText, score);

// GetTally
const { tally } = await grace('getTally', at);
for (const { number, ties } of tally.rounds) console.log('round', number, 'ties', ties.length);

// verify
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const lot = (id) => sha256(tieBreakSeed, '\0', now.nominations[id].text);
const draws = tally.rounds.flatMap(({ ties }) => ties).filter(({ rule }) => rule === 'TIE_RULE_DRAW');
const honest = sha256(tieBreakSeed) === tieBreakCommitment
  && draws.every(({ drawIds }) => drawIds.every((id, i) => i === 0 || lot(drawIds[i - 1]) < lot(id)));
console.log('drawn as promised:', honest);

// ExportPoll
let ballots = '';
for (let part = { nextOffset: 0 }; !ballots || part.nextOffset > 0;) {
  part = await ada('exportPoll', { ...at, format: 'FORMAT_BLT', offset: part.nextOffset });
  ballots += part.content;
}
// end of ExportPoll
console.log(ballots.split('\n')[0]);

// errors
await ada('startVote', at).catch((error) => console.log(grpc.status[error.code], error.details));

// CancelPoll
await ada('cancelPoll', at);
console.log('the stream ends with', grpc.status[(await watchEnded).code], 'after', told.at(-1));

// RenewEdgeLease
const { effects } = await nobody('renewEdgeLease', { edgeId: 'my edge' });
// end of RenewEdgeLease
console.log(revision > 0, effects);
client.close();
