// Two people in a chat. Usage: node client.mjs [URL of the edge]

import { io } from 'socket.io-client';

const url = process.argv[2] ?? 'http://localhost:8081';
const enter = (name) => io(`${url}/chat`, { auth: { name }, forceNew: true });
const once = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));

const ada = enter('Ada');
const grace = enter('Grace');
for (const socket of [ada, grace]) console.log('joined', (await socket.emitWithAck('join', 'Cats')).room);

const said = once(grace, 'said');
await ada.emitWithAck('say', 'cats', 'Hello');
console.log('said', ...(await said));

const drawn = once(grace, 'drawn');
ada.emit('draw', 'cats', new Uint8Array([1, 2, 3]));
console.log('drawn', [...(await drawn)[0]]);

const whispered = once(ada, 'whispered');
console.log('ack', await grace.emitWithAck('whisper', ada.id, 'psst'));
console.log('whispered', (await whispered)[1]);

console.log('error', (await ada.emitWithAck('dance')).error);
ada.close();
grace.close();
