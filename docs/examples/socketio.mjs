// A poll through the web door: REST to create and join, Socket.IO for the rest.
//   node socketio.mjs [http://localhost:8080]
import { io } from 'socket.io-client';

const url = process.argv[2] ?? 'http://localhost:8080';
const post = async (path, body) => (await fetch(url + path, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
})).json();

const { poll, accessToken } = await post('/polls', { topic: 'Where shall we eat?', votesPerVoter: 1, name: 'Ada' });
const guest = await post('/polls/join', { pollID: poll.id, name: 'Grace' });

const ada = io(`${url}/polls`, { auth: { token: accessToken } });
const grace = io(`${url}/polls`, { auth: { token: guest.accessToken } });
await Promise.all([ada, grace].map((socket) => new Promise((resolve) => socket.on('connect', resolve))));
const closed = new Promise((resolve) => grace.on('poll_updated', (state) => state.results.length > 0 && resolve(state)));

const { nominationID } = await ada.emitWithAck('nominate', { text: 'Pizza' });
await grace.emitWithAck('nominate', { text: 'Sushi' });
await ada.emitWithAck('start_vote');
await ada.emitWithAck('submit_rankings', { rankings: [nominationID] });
await grace.emitWithAck('submit_rankings', { rankings: [nominationID] });
console.log('again:', await grace.emitWithAck('submit_rankings', { rankings: [nominationID] }));
await ada.emitWithAck('close_poll');

for (const { nominationText, score } of (await closed).results) console.log(nominationText, score);
ada.close();
grace.close();
