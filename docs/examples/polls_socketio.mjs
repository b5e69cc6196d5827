// What a web client of polls needs; docs/polls-api.md quotes it.
//   node polls_socketio.mjs [http://localhost:8080]
import { io } from 'socket.io-client';
import { applyChanges } from './apply_changes.mjs';

const url = process.argv[2] ?? 'http://localhost:8080';

// token
const post = async (path, body) => {
  const response = await fetch(url + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error([answer.message].flat().join('; '));
  return answer;
};
const { poll, accessToken } = await post('/polls', {
  topic: 'Where shall we eat?', votesPerVoter: 1, name: 'Ada', requestID: crypto.randomUUID(),
});
const guest = await post('/polls/join', { pollID: poll.id, name: 'Grace' });

// snapshots
const ada = io(`${url}/polls`, { auth: { token: accessToken } });
let whole;
ada.on('poll_updated', (state) => { whole = state; });

// deltas
const grace = io(`${url}/polls`, { auth: { token: guest.accessToken, updates: 'deltas' } });
let state;
const changed = new EventTarget();
const take = (newer) => {
  state = newer;
  changed.dispatchEvent(new Event('change'));
};
grace.on('poll_updated', take);
grace.on('poll_changed', (message) => {
  if (state && applyChanges(state, message)) return take(state);
  grace.emit('get_poll', {}, ({ poll: newer }) => {
    if (newer && newer.revision >= (state?.revision ?? 0)) take(newer);
  });
});
// end of deltas

// news
for (const socket of [ada, grace]) {
  socket.on('poll_expiring', ({ expireTime }) => console.log('the poll ends at', expireTime));
  socket.on('poll_cancelled', () => console.log('cancelled'));
  socket.on('exception', ({ type, message, reason }) => console.log(type, message, reason));
  socket.on('connect_error', ({ message, data }) => console.log('not connected:', message, data?.reason));
}
// end of news

// surely
async function surely(socket, event, request = {}) {
  const repeatable = { ...request, requestID: crypto.randomUUID() };
  for (;;) {
    const answer = await socket.timeout(5_000).emitWithAck(event, repeatable).catch(() => null);
    if (answer && answer.error?.type !== 'Unavailable') return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
// end of surely

const seen = (predicate) => new Promise((resolve) => {
  const look = () => state && predicate(state) && resolve(state);
  changed.addEventListener('change', look);
  look();
});

await Promise.all([ada, grace].map((socket) => new Promise((resolve) => {
  if (socket.connected) resolve();
  socket.once('connect', resolve);
})));
// nominate
const { nominationID, revision } = await surely(ada, 'nominate', { text: 'Pizza' });
const twice = await surely(grace, 'nominate', { text: ' pizza ' });
console.log(twice.error.type, twice.error.reason);
// end of nominate
await seen((now) => now.revision >= revision);
await surely(ada, 'start_vote');
await surely(grace, 'submit_rankings', { rankings: [nominationID] });
// exception
grace.emit('close_poll');
// end of exception
await surely(ada, 'close_poll');
await seen((now) => now.state === 'STATE_CLOSED');
console.log(state.results.map(({ rank, nominationText, score }) => `${rank} ${nominationText} ${score}`).join(', '));
console.log((await surely(grace, 'get_tally')).tally.ballots, 'ballot');
const { content } = await surely(ada, 'export_poll', { format: 'FORMAT_BLT' });
console.log(content.split('\n')[0]);
while (whole?.state !== 'STATE_CLOSED') await new Promise((resolve) => ada.once('poll_updated', resolve));
const cancelled = Promise.all([ada, grace].map((socket) => new Promise((resolve) => socket.on('poll_cancelled', resolve))));
await surely(ada, 'cancel_poll');
await cancelled;
ada.close();
grace.close();

// retries
const eve = io(`${url}/polls`, {
  auth: { token: (await post('/polls', { topic: 'Again?', votesPerVoter: 1, name: 'Eve' })).accessToken },
  retries: 5, ackTimeout: 2_000,
});
const once = await eve.emitWithAck('nominate', { text: 'Once', requestID: crypto.randomUUID() });
// end of retries
console.log('nominated', typeof once.nominationID);
eve.close();
