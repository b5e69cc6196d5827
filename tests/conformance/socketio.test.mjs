// Socket.IO v5 as it is on the wire, against the edge with the echo backend: one test for each fact of the protocol.
//
// A fact named "ours:" is one where the reference (socket.io 4.8) does otherwise, on purpose.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { nextPacket, placeholder } from './support/packet.mjs';
import { startSocketServer, stopAfter } from './support/server.mjs';
import { within } from './support/wait.mjs';
import { EngineSocket, closeAll } from './support/websocket.mjs';
import { PollingSession, kSeparator } from './support/wire.mjs';

let server;
let impatient; // The same with a connect timeout of 300 ms.

before(async () => {
  server = await startSocketServer();
  impatient = await startSocketServer({ flags: ['--connect_timeout=300ms'] });
});
afterEach(closeAll);
after(closeAll);
stopAfter(() => [server, impatient]);

const open = (on = server, options = {}) => EngineSocket.open(on, options);

async function connected(nsp = '/', auth) {
  const client = await open();
  client.id = await client.connect(nsp, auth);
  client.packet = () => nextPacket(() => client.next());
  return client;
}

// That the connection still works.
async function assertOpen(client, nsp = '/') {
  const prefix = nsp === '/' ? '' : `${nsp},`;
  client.send(`42${prefix}["message","still here"]`);
  assert.equal(await client.next(), `42${prefix}["message-back","still here"]`);
}

// A violation of the protocol ends the connection. The reference gives no code (1005); ours says what it is.
async function assertViolation(client) {
  const { code, reason } = await client.end();
  assert.equal(code, 1008);
  assert.notEqual(reason, '');
}

const kIdPattern = /^[A-Za-z0-9_-]{20}$/;

describe('CONNECT', () => {
  test('is answered with the socket\'s id of 20 characters, which is not the session\'s', async () => {
    const client = await open();
    client.send('40');
    const reply = await client.next();
    assert.match(reply, /^40\{"sid":"[^"]*"\}$/);
    const { sid } = JSON.parse(reply.slice(2));
    assert.match(sid, kIdPattern);
    assert.notEqual(sid, client.sid);
  });
  test('tells the application what the client sent as auth', async () => {
    const client = await open();
    client.send('40{"token":"123","nested":{"a":[1,null]}}');
    await client.next();
    assert.equal(await client.next(), '42["auth",{"token":"123","nested":{"a":[1,null]}}]');
  });
  test('without auth is one with an empty object', async () => {
    const client = await open();
    client.send('40');
    await client.next();
    assert.equal(await client.next(), '42["auth",{}]');
  });
  for (const text of ['40/custom,', '40/custom', '40/custom,{"token":"abc"}', '40/,']) {
    test(`is understood as ${text}`, async () => {
      const nsp = text.startsWith('40/custom') ? '/custom,' : '';
      const client = await open();
      client.send(text);
      const reply = await client.next();
      assert.ok(reply.startsWith(`40${nsp}{"sid":"`), reply);
      const auth = text.includes('{') ? text.slice(text.indexOf('{')) : '{}';
      assert.equal(await client.next(), `42${nsp}["auth",${auth}]`);
    });
  }
  test('joins several namespaces of one connection, with an id for each', async () => {
    const client = await open();
    const root = await client.connect('/');
    const custom = await client.connect('/custom');
    assert.notEqual(root, custom);
    await assertOpen(client, '/');
    await assertOpen(client, '/custom');
  });
  for (const [what, nsp] of [
    ['an unknown namespace', '/random'], ['a namespace that only begins as one', '/customs'],
    ['a namespace with a query, which is a part of its name', '/custom?a=b'], ['a namespace named /__proto__', '/__proto__'],
  ]) {
    test(`to ${what} is refused, and the connection goes on`, async () => {
      const client = await connected();
      client.send(`40${nsp},`);
      assert.equal(await client.next(), `44${nsp},{"message":"Invalid namespace"}`);
      await assertOpen(client);
    });
  }
  test('that the application refuses is answered with its message and data', async () => {
    const client = await open();
    client.send('40{"refuse":"not you"}');
    const { type, data } = await nextPacket(() => client.next());
    assert.equal(type, 4);
    assert.deepEqual(data, {
      message: 'not you',
      data: { type: 'Unauthorized', message: 'not you', reason: 'REFUSED' },
    });
  });
  test('that was refused may be tried again on the same connection', async () => {
    const client = await open();
    client.send('40{"refuse":"not you"}');
    assert.ok((await client.next()).startsWith('44{'));
    await client.connect('/');
    await assertOpen(client);
  });
  test('to a refused namespace leaves the others alone', async () => {
    const client = await connected();
    client.send('40/custom,{"refuse":"no"}');
    assert.ok((await client.next()).startsWith('44/custom,{'));
    await assertOpen(client);
  });
  test('works over polling', async () => {
    const session = await PollingSession.open(server);
    assert.equal((await session.post('40')).body, 'ok');
    const [connect, auth] = await session.take(2);
    assert.match(connect, /^40\{"sid":"[A-Za-z0-9_-]{20}"\}$/);
    assert.equal(auth, '42["auth",{}]');
  });
  test('may be sent with events in one polling body', async () => {
    const session = await PollingSession.open(server);
    await session.post('40');
    await session.take(2);
    await session.post(['40/custom,', '42["message",1]', '42["message",2]'].join(kSeparator));
    const packets = await session.take(4);
    assert.deepEqual(packets.filter((packet) => packet.startsWith('42[')), ['42["message-back",1]', '42["message-back",2]']);
  });
});

describe('the connect timeout', () => {
  const ended = async (client) => (await client.end()).code;

  test('ends a connection that joins no namespace', async () => {
    await ended(await open(impatient));
  });
  test('ends one whose CONNECT was refused', async () => {
    const client = await open(impatient);
    client.send('40/random,', '40{"refuse":"no"}');
    await client.next();
    await client.next();
    await ended(client);
  });
  test('does not end one that has joined, even if it has left again', async () => {
    const joined = await open(impatient);
    await joined.connect('/');
    const left = await open(impatient);
    await left.connect('/');
    left.send('41');
    // Opened later: when it is over, the time of the others is, too.
    await ended(await open(impatient));
    await assertOpen(joined);
    await left.connect('/custom');
  });
  test('ends a polling session', async () => {
    const session = await PollingSession.open(impatient);
    const { body } = await session.get();
    assert.ok(body === '1' || body === `6${kSeparator}1`, body);
  });
});

describe('EVENT', () => {
  const kValues = [
    [], [1], ['text'], [null], [true, false], [0, -1, 1.5, 1e21], ['', ' ', '€ ✓ 𝄞'], [{}], [[]], [[[1], { a: { b: [null] } }]],
    ['"quoted" \\ and \n lines \u0000'], [{ '': 1, 'a b': 2, '__proto__x': 3 }], [1, '2', [3], { four: 4 }],
  ];
  for (const values of kValues) {
    test(`brings ${JSON.stringify(values)} back as it was`, async () => {
      const client = await connected();
      client.send(`42${JSON.stringify(['message', ...values])}`);
      const { type, nsp, id, data } = await client.packet();
      assert.equal(type, 2);
      assert.equal(nsp, '/');
      assert.equal(id, undefined);
      assert.deepEqual(data, ['message-back', ...values]);
    });
  }
  test('belongs to its namespace', async () => {
    const client = await connected('/custom');
    client.send('42/custom,["message",1]');
    assert.equal(await client.next(), '42/custom,["message-back",1]');
  });
  test('with an id is answered with the same id', async () => {
    const client = await connected();
    client.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await client.next(), '43456[1,"2",{"3":[false]}]');
  });
  test('with the id 0 is answered with it', async () => {
    const client = await connected();
    client.send('420["message-with-ack"]');
    assert.equal(await client.next(), '430[]');
  });
  test('with an id belongs to its namespace', async () => {
    const client = await connected('/custom');
    client.send('42/custom,7["message-with-ack","a"]');
    assert.equal(await client.next(), '43/custom,7["a"]');
  });
  test('that fails has its error in the ack', async () => {
    const client = await connected();
    client.send('421["fail","so bad"]');
    const { type, id, data } = await client.packet();
    assert.equal(type, 3);
    assert.equal(id, '1');
    assert.deepEqual(data, [{ error: { type: 'BadRequest', message: 'so bad' } }]);
  });
  test('that fails without an id is followed by the event exception', async () => {
    const client = await connected();
    client.send('42["fail","so bad"]');
    assert.deepEqual((await client.packet()).data, ['exception', { type: 'BadRequest', message: 'so bad' }]);
  });
  test('that nobody handles is ignored', async () => {
    const client = await connected();
    client.send('42["nobody","x"]');
    await assertOpen(client);
  });
  test('many at once are handled in order', async () => {
    const client = await connected();
    for (let i = 0; i < 40; ++i) client.send(`42${i}["message-with-ack",${i}]`);
    for (let i = 0; i < 40; ++i) assert.equal(await client.next(), `43${i}[${i}]`);
  });
  test('from the server are in order', async () => {
    const client = await connected();
    client.send('42["count",200]');
    for (let i = 0; i < 200; ++i) assert.equal(await client.next(), `42["tick",${i}]`);
  });
  test('reaches every namespace of a connection, and only that', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('42/custom,["message","a"]');
    assert.equal(await client.next(), '42/custom,["message-back","a"]');
    client.send('42["message","b"]');
    assert.equal(await client.next(), '42["message-back","b"]');
  });
});

describe('binary', () => {
  const a = Buffer.from([1, 2, 3]);
  const b = Buffer.from([4, 5]);
  const back = async (json, attachments, expected) => {
    const client = await connected();
    client.send(`45${attachments.length}-${JSON.stringify(json)}`, ...attachments);
    const { type, data } = await client.packet();
    assert.equal(type, 5);
    assert.deepEqual(data, ['message-back', ...expected]);
  };

  test('goes as b and base64 to a client that asks for it with b64=1', async () => {
    const client = await open(server, { query: 'EIO=4&transport=websocket&b64=1' });
    await client.connect('/');
    client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', a, 'bBAU=');
    assert.equal(await client.next(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    assert.deepEqual([await client.next(), await client.next()], ['bAQID', 'bBAU=']);
  });
  test('one value comes back', () => back(['message', placeholder(0)], [a], [a]));
  test('several come back in their places', () =>
    back(['message', 'x', placeholder(0), { y: [placeholder(1)] }, 1], [a, b], ['x', a, { y: [b] }, 1]));
  test('the numbers of placeholders need not be in order', () =>
    back(['message', placeholder(1), placeholder(0)], [a, b], [b, a]));
  test('a placeholder may stand twice', () => back(['message', placeholder(0), placeholder(0)], [a], [a, a]));
  test('a value may be empty', () => back(['message', placeholder(0)], [Buffer.alloc(0)], [Buffer.alloc(0)]));
  test('ten values are the most', async () => {
    const values = Array.from({ length: 10 }, (_, index) => Buffer.from([index]));
    await back(['message', ...values.map((_, index) => placeholder(index))], values, values);
  });
  test('a large value comes back', async () => {
    const large = Buffer.alloc(300_000, 0xab);
    await back(['message', placeholder(0)], [large], [large]);
  });
  test('an ack has values, too', async () => {
    const client = await connected();
    client.send('451-789["message-with-ack",{"_placeholder":true,"num":0},"x"]', a);
    const { type, id, data } = await client.packet();
    assert.equal(type, 6);
    assert.equal(id, '789');
    assert.deepEqual(data, [a, 'x']);
  });
  test('belongs to its namespace', async () => {
    const client = await connected('/custom');
    client.send('451-/custom,["message",{"_placeholder":true,"num":0}]', a);
    assert.equal(await client.next(), '451-/custom,["message-back",{"_placeholder":true,"num":0}]');
    assert.deepEqual(await client.next(), a);
  });
  test('surplus values are ignored', async () => {
    const client = await connected();
    client.send('452-5["whoami",{"_placeholder":true,"num":0}]', a, b);
    assert.equal(await client.next(), `435["${client.id}"]`);
  });
  test('a placeholder in an event without values is an object like any other', async () => {
    const client = await connected();
    client.send('42["message",{"_placeholder":true,"num":0}]');
    assert.equal(await client.next(), '42["message-back",{"_placeholder":true,"num":0}]');
  });
  test('works over polling, as base64', async () => {
    const session = await PollingSession.open(server);
    await session.post('40');
    await session.take(2);
    await session.post(['452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', 'bAQID', 'bBAU='].join(kSeparator));
    assert.deepEqual(await session.take(3), [
      '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', 'bAQID', 'bBAU=',
    ]);
  });
  test('values may come in a polling body of their own', async () => {
    const session = await PollingSession.open(server);
    await session.post('40');
    await session.take(2);
    await session.post('451-["message",{"_placeholder":true,"num":0}]');
    await session.post('bAQID');
    assert.deepEqual(await session.take(2), ['451-["message-back",{"_placeholder":true,"num":0}]', 'bAQID']);
  });
  test('events of two connections do not mix', async () => {
    const [one, two] = [await connected(), await connected()];
    one.send('451-["message",{"_placeholder":true,"num":0}]');
    two.send('451-["message",{"_placeholder":true,"num":0}]');
    two.send(b);
    one.send(a);
    assert.deepEqual((await one.packet()).data, ['message-back', a]);
    assert.deepEqual((await two.packet()).data, ['message-back', b]);
  });
});

describe('a violation ends the connection:', () => {
  const kBinaryHead = '451-["message",{"_placeholder":true,"num":0}]';
  const kViolations = [
    ['an unknown packet type', ['47']],
    ['a packet that is no digit', ['4x']],
    ['an empty packet', ['4']],
    ['an event with bad JSON', ['42["message"']],
    ['an event with something behind its JSON', ['42["message"]x']],
    ['an event whose payload is an object', ['42{"a":1}']],
    ['an event whose payload is a string', ['42"message"']],
    ['an event with an empty array', ['42[]']],
    ['an event named by an object', ['42[{"toString":"foo"}]']],
    ['an event named by null', ['42[null]']],
    ['an event named by an array', ['42[["message"]]']],
    ['an event named by a boolean', ['42[true]']],
    ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'].map((name) => [
      `an event with the reserved name ${name}`, [`42["${name}"]`],
    ]),
    ['an ack whose payload is an object', ['431{}']],
    ['an ack whose payload is a string', ['431"a"']],
    ['an ack with bad JSON', ['431[']],
    ['DISCONNECT with a payload', ['41{}']],
    ['DISCONNECT with an array', ['41["a"]']],
    ['a second CONNECT to a namespace', ['40']],
    ['an event for a namespace that was not joined', ['42/custom,["message"]']],
    ['an ack for a namespace that was not joined', ['43/custom,1[]']],
    ['DISCONNECT from a namespace that was not joined', ['41/custom,']],
    ['an event behind the own DISCONNECT', ['41', '42["message"]']],
    ['a second DISCONNECT', ['41', '41']],
    ['a CONNECT_ERROR from a client', ['44{"message":"x"}']],
    ['CONNECT with an array', ['40/custom,["a"]']],
    ['CONNECT with a string', ['40/custom,"a"']],
    ['CONNECT with null', ['40/custom,null']],
    ['CONNECT with true', ['40/custom,true']],
    ['CONNECT with bad JSON', ['40/custom,{"a"']],
    ['a binary event without a count', ['45["message"]']],
    ['a binary event without a dash', ['451["message",{"_placeholder":true,"num":0}]']],
    ['a count of 0', ['450-["message"]']],
    ['a count of 11', ['4511-["message"]']],
    ['a count that is negative', ['45-1-["message"]']],
    ['a count that is no integer', ['451.5-["message"]']],
    ['a count that is no number', ['45a-["message"]']],
    ['a count of 0 in a binary ack', ['460-1[]']],
    ['a placeholder whose number is a string', ['451-["message",{"_placeholder":true,"num":"splice"}]', Buffer.from([1])]],
    ['a placeholder whose number is out of range', ['451-["message",{"_placeholder":true,"num":1}]', Buffer.from([1])]],
    ['a placeholder whose number is negative', ['451-["message",{"_placeholder":true,"num":-1}]', Buffer.from([1])]],
    ['a placeholder without a number', ['451-["message",{"_placeholder":true}]', Buffer.from([1])]],
    ['text while values are awaited', [kBinaryHead, '42["message"]']],
    ['a binary message that no event announced', [Buffer.from([1])]],
    ['a binary message behind the last value', [kBinaryHead, Buffer.from([1]), Buffer.from([2])]],
    ['ours: a placeholder whose number is no integer', ['451-["message",{"_placeholder":true,"num":0.5}]', Buffer.from([1])]],
    ['ours: a count written as 1e0', ['451e0-["message",{"_placeholder":true,"num":0}]', Buffer.from([1])]],
    ['ours: a count written as 0x1', ['450x1-["message",{"_placeholder":true,"num":0}]', Buffer.from([1])]],
    ['ours: JSON nested deeper than 32', [`42["message",${'['.repeat(33)}${']'.repeat(33)}]`]],
    ['ours: an ack id of 25 digits', [`42${'1'.repeat(25)}["message"]`]],
  ];
  for (const [what, packets] of kViolations) {
    test(what, async () => {
      const client = await connected();
      client.send(...packets);
      // What came before the violation may still be answered.
      await assertViolation(client);
    });
  }
  test('an event before CONNECT', async () => {
    const client = await open();
    client.send('42["message"]');
    await assertViolation(client);
  });
  test('DISCONNECT before CONNECT', async () => {
    const client = await open();
    client.send('41');
    await assertViolation(client);
  });
  test('with every namespace that is on it', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('42/custom,{}');
    await assertViolation(client);
  });
  test('over polling the POST is ok, and the session is gone', async () => {
    const session = await PollingSession.open(server);
    await session.post('40');
    await session.take(2);
    assert.equal((await session.post('42{}')).body, 'ok');
    let answer = await session.get();
    if (answer.status === 200) {
      assert.ok(['1', `6${kSeparator}1`].includes(answer.body), answer.body);
      answer = await session.get();
    }
    assert.equal(answer.body, '{"code":1,"message":"Session ID unknown"}');
  });
});

describe('tolerated is', () => {
  for (const [sent, received] of [
    ['42["message","\\ud83d"]', '42["message-back","\\ud83d"]'],
    ['42["message","x\\ude00y",{"\\udbff":1}]', '42["message-back","x\\ude00y",{"\\udbff":1}]'],
    ['427["message-with-ack",{"a\\udc00":1}]', '437[{"a\\udc00":1}]'],
  ]) {
    test(`half a surrogate pair: ${sent}`, async () => {
      const client = await connected();
      client.send(sent);
      assert.equal(await client.next(), received);
      await assertOpen(client);
    });
  }
  const tolerated = [
    ['an event without a payload', ['42']],
    ['an event with an id and no payload', ['425']],
    ['an event named by a number', ['42[7,"x"]']],
    ['an ack without a payload', ['431']],
    ['an ack with an unknown id', ['4399["x"]']],
    ['an ack without an id', ['43["x"]']],
    ['a binary ack with an unknown id', ['461-99[{"_placeholder":true,"num":0}]', Buffer.from([1])]],
    ['an event named error', ['42["error","x"]']],
    ['an event named connection', ['42["connection"]']],
    ['an event named __proto__', ['42["__proto__",{}]']],
    ['an event named constructor', ['42["constructor"]']],
    ['an event without a name', ['42[""]']],
  ];
  for (const [what, packets] of tolerated) {
    test(what, async () => {
      const client = await connected();
      client.send(...packets);
      await assertOpen(client);
    });
  }
  test('an id with leading zeros, which the ack has not', async () => {
    const client = await connected();
    client.send('42007["message-with-ack"]');
    assert.equal(await client.next(), '437[]');
  });
  test('ours: an id beyond 2^53, which the ack has as it was', async () => {
    const client = await connected();
    client.send('429007199254740993["message-with-ack"]');
    assert.equal(await client.next(), '439007199254740993[]');
  });
  test('white space in JSON', async () => {
    const client = await connected();
    client.send('42[ "message" ,\n 1 ]');
    assert.deepEqual((await client.packet()).data, ['message-back', 1]);
  });
  test('JSON nested 31 deep', async () => {
    const client = await connected();
    const deep = `${'['.repeat(30)}${']'.repeat(30)}`;
    client.send(`42["message",${deep}]`);
    assert.equal(await client.next(), `42["message-back",${deep}]`);
  });
});

describe('DISCONNECT', () => {
  test('has no reply, and the connection goes on', async () => {
    const client = await connected();
    client.send('41');
    await client.connect('/custom');
    await assertOpen(client, '/custom');
  });
  test('ours: may be followed at once by a CONNECT to the same namespace, with another id', async () => {
    const client = await connected();
    client.send('41');
    assert.notEqual(await client.connect('/'), client.id);
    await assertOpen(client);
  });
  test('of one namespace leaves the others', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('41/custom,');
    await assertOpen(client);
  });
  test('is understood without its comma', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('41/custom');
    await client.connect('/custom');
    await assertOpen(client);
  });
  test('ours: takes the socket out of its rooms before a CONNECT that follows at once', async () => {
    const [stays, leaves] = [await connected(), await connected()];
    for (const client of [stays, leaves]) {
      client.send('420["join","leaving"]');
      assert.equal(await client.next(), '430[]');
    }
    leaves.send('41');
    await leaves.connect('/');
    stays.send('421["to-room","leaving","news"]');
    assert.equal(await stays.next(), '431[]');
    await assertOpen(leaves);
  });
  test('does not keep the ack of an event before it', async () => {
    const client = await connected();
    client.send('425["slow",100,"late"]', '41');
    assert.equal(await client.next(), '435["late"]');
    await client.connect('/');
  });
  test('of the server is sent to the client, and the connection goes on', async () => {
    const client = await connected();
    client.send('42["kick"]');
    assert.equal(await client.next(), '41');
    await client.connect('/');
    await assertOpen(client);
  });
  test('of the server names the namespace', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('42/custom,["kick"]');
    assert.equal(await client.next(), '41/custom,');
    await assertOpen(client);
  });
  test('of the server with the connection is sent for every namespace', async () => {
    const client = await open();
    await client.connect('/');
    await client.connect('/custom');
    client.send('42["kick",true]');
    assert.deepEqual([await client.next(), await client.next()].sort(), ['41', '41/custom,']);
    await client.end();
  });
  test('of the server with the connection ends a polling session in the GET that follows', async () => {
    const session = await PollingSession.open(server);
    await session.post('40');
    await session.take(2);
    await session.post('42["kick",true]');
    assert.equal((await session.get()).body, '41');
    assert.equal((await session.get()).body, `6${kSeparator}1`);
    assert.equal((await session.get()).body, '{"code":1,"message":"Session ID unknown"}');
  });
});

describe('rooms', () => {
  const three = () => Promise.all([connected(), connected(), connected()]);
  const join = async (client, room) => {
    client.send(`420["join","${room}"]`);
    assert.equal(await client.next(), '430[]');
  };

  test('get what is sent to them, and the sender does not', async () => {
    const [one, two, outside] = await three();
    await join(one, 'r1');
    await join(two, 'r1');
    one.send('42["to-room","r1","news",1]');
    assert.equal(await two.next(), '42["news",1]');
    await assertOpen(one);
    await assertOpen(outside);
  });
  test('have binary values, too', async () => {
    const [one, two] = await three();
    await join(two, 'r2');
    one.send('451-["to-room","r2","news",{"_placeholder":true,"num":0}]', Buffer.from([9]));
    assert.equal(await two.next(), '451-["news",{"_placeholder":true,"num":0}]');
    assert.deepEqual(await two.next(), Buffer.from([9]));
  });
  test('that were left get nothing', async () => {
    const [one, two] = await three();
    await join(two, 'r3');
    two.send('421["leave","r3"]');
    assert.equal(await two.next(), '431[]');
    one.send('422["to-room","r3","news"]');
    assert.equal(await one.next(), '432[]');
    await assertOpen(two);
  });
  test('a socket\'s id is one of its own', async () => {
    const [one, two] = await three();
    one.send(`42["to-room","${two.id}","news"]`);
    assert.equal(await two.next(), '42["news"]');
  });
  test('are of one namespace', async () => {
    const one = await connected('/');
    const two = await connected('/custom');
    two.send('42/custom,0["join","r4"]');
    assert.equal(await two.next(), '43/custom,0[]');
    one.send('421["to-room","r4","news"]');
    assert.equal(await one.next(), '431[]');
    await assertOpen(two, '/custom');
  });
  test('the whole namespace gets a broadcast, the sender as well', async () => {
    const clients = await three();
    clients[0].send('42["broadcast","all","x"]');
    for (const client of clients) assert.equal(await client.next(), '42["all","x"]');
  });
});

describe('the end of the process', () => {
  test('closes a WebSocket with 1001, ends a poll, and leaves nothing behind', async () => {
    const own = await startSocketServer();
    const client = await open(own);
    await client.connect('/');
    const session = await PollingSession.open(own);
    await session.post('40');
    await session.take(2);
    const held = await session.holdGet();
    const stopped = own.stop();
    assert.equal((await client.end()).code, 1001);
    assert.equal((await held.body()).split(kSeparator).at(-1), '1');
    assert.deepEqual(await within('ends', stopped), { code: 0, signal: null });
  });
});
