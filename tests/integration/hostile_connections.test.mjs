// What one hostile connection may not do: end the process, or fill it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before } from 'node:test';
import { createPoll, joinPoll } from './support/person.mjs';
import { System, testOn } from './support/system.mjs';
import { eventually } from './support/wait.mjs';

const kText = 1;
const kClose = 8;
const kPing = 9;
const kMebibyte = 1024 * 1024;

let system;
before(async () => { system = await System.start(); });
after(() => system?.stop());
const it = testOn(() => system, { timeoutMs: 60_000 });

function frame(opcode, content) {
  const payload = Buffer.from(content);
  const mask = randomBytes(4);
  const head = payload.length < 126 ? [0x80 | opcode, 0x80 | payload.length]
    : [0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

// A WebSocket as bare bytes: what is written together arrives together.
async function openRaw() {
  const socket = connect(system.edgePort, '127.0.0.1');
  const raw = { socket, text: '' };
  socket.on('data', (data) => { raw.text += data.toString('latin1'); });
  socket.on('error', () => {});
  system.onStop(() => socket.destroy());
  socket.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  await eventually('the open packet', () => raw.text.includes('"sid"'));
  return raw;
}

async function stillServes() {
  const ann = await (await createPoll(system, { votesPerVoter: 1 })).connect();
  await ann.nominate('Tea');
  ann.socket.close();
}

const residentBytes = () =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${system.edge.pid}/status`, 'utf8'))[1]);

it('More events than may wait, and the end, in one segment', async () => {
  for (const end of [frame(kClose, [3, 232]), Buffer.from([0xff, 0xff]), frame(kText, 'garbage'), frame(kText, '41/polls,')]) {
    const poll = await createPoll(system, { votesPerVoter: 1 });
    const raw = await openRaw();
    raw.socket.write(frame(kText, `40/polls,${JSON.stringify({ token: poll.token })}`));
    await eventually('the connection', () => raw.text.includes('40/polls,'));
    const events = Array.from({ length: 100 }, (_, i) => frame(kText, `42/polls,${i}["nominate",{"text":"option ${i}"}]`));
    raw.socket.write(Buffer.concat([...events, end]));
    await eventually('some answers', () => raw.text.includes('43/polls,0['));
    await stillServes();
    raw.socket.destroy();
  }
});

it('Pings from a peer that reads no pong', async () => {
  const raw = await openRaw();
  raw.socket.pause();
  const before = residentBytes();
  const pings = Buffer.concat(Array(4_000).fill(frame(kPing, 'x'.repeat(125))));
  for (let sent = 0; sent < 64 * kMebibyte; sent += pings.length) {
    if (raw.socket.write(pings)) continue;
    const drained = new Promise((resolve) => { raw.socket.once('drain', () => resolve(true)); });
    const gaveUp = new Promise((resolve) => { setTimeout(resolve, 2_000, false).unref(); });
    if (!await Promise.race([drained, gaveUp])) break;
  }
  assert.ok(residentBytes() - before < 16 * kMebibyte, `grew by ${(residentBytes() - before) / kMebibyte} MiB`);
  await stillServes();
});

it('A CONNECT payload of a size that no token has', async () => {
  const raw = await openRaw();
  raw.socket.write(frame(kText, `40/polls,{"token":"x","more":"${'y'.repeat(20_000)}"}`));
  await eventually('the end of the connection', () => raw.socket.readableEnded || raw.socket.destroyed);
  await stillServes();
});

it('A tab that connects again before it was answered', async () => {
  const poll = await createPoll(system, { votesPerVoter: 1 });
  const bob = await joinPoll(system, poll.pollID, 'Bob');
  const raw = await openRaw();
  const hello = frame(kText, `40/polls,${JSON.stringify({ token: bob.token })}`);
  raw.socket.write(Buffer.concat([hello, hello, hello]));
  await eventually('the connection', () => raw.text.includes('40/polls,{"sid"'));
  const ann = await poll.connect();
  raw.socket.destroy();
  await ann.sees('Bob leaves with his one connection', (state) => Object.keys(state.participants).length === 1);
});
