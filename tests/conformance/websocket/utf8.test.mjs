// Section 6 of the Autobahn suite: text is UTF-8, and what is not fails at its first wrong byte.

import { after, before } from 'node:test';
import { startEngineServer, stopAfter } from '../support/server.mjs';
import { caseOn, kTextEcho } from './support/cases.mjs';
import { destroyAll, fragments, frame, kText, lengthHeader, pieces } from './support/raw_websocket.mjs';

let server;
before(async () => { server = await startEngineServer(); });
after(destroyAll);
stopAfter(() => [server]);
const it = (name, what) => caseOn(() => server, name, what);

const hex = (text) => Buffer.from(text, 'hex');
// Engine.IO's packet type comes first in every message.
const packet = (text) => Buffer.concat([Buffer.from('4'), Buffer.from(text)]);
const invalid = { close: 1007, reason: 'invalid UTF-8' };

// --- 6.1 Empty ---

it('6.1.1 Text without content', { send: (socket) => socket.send(frame(kText, '4')), expect: [kTextEcho('4')] });
it('6.1.2 Text in fragments without content', {
  send: (socket) => socket.send(fragments(kText, ['4', '', ''])), expect: [kTextEcho('4')],
});
it('6.1.3 Text in fragments, empty but for the one between', {
  send: (socket) => socket.send(fragments(kText, ['', '4middle frame payload', ''])),
  expect: [kTextEcho('4middle frame payload')],
});

// --- 6.2, 6.3 Valid and invalid ---

const kValid = packet('Hello-µ@ßöäüàá-UTF-8!!');
const kGreek = packet('κόσμε');
it('6.2.1 Valid text in one frame', { send: (socket) => socket.send(frame(kText, kValid)), expect: [kTextEcho(kValid)] });
it('6.2.2 Valid text in two frames, cut between characters', {
  send: (socket) => socket.send(fragments(kText, [packet('Hello-µ@ßöä'), Buffer.from('üàá-UTF-8!!')])),
  expect: [kTextEcho(kValid)],
});
it('6.2.3 Valid text in frames of one byte', {
  send: (socket) => socket.send(fragments(kText, pieces(kValid, 1))), expect: [kTextEcho(kValid)],
});
it('6.2.4 Greek text in frames of one byte', {
  send: (socket) => socket.send(fragments(kText, pieces(kGreek, 1))), expect: [kTextEcho(kGreek)],
});
const kInvalid = packet(hex('cebae1bdb9cf83cebcceb5eda080656469746564'));
it('6.3.1 Invalid text in one frame', { send: (socket) => socket.send(frame(kText, kInvalid)), ...invalid });
it('6.3.2 Invalid text in frames of one byte', {
  send: (socket) => socket.send(fragments(kText, pieces(kInvalid, 1))), ...invalid,
});

// --- 6.4 Fail fast: what follows the first wrong byte is never sent ---

const kFailFast = [
  ['the wrong byte within the second', 'cebae1bdb9cf83cebcceb5', 'f4908080'],
  ['the wrong byte alone in the second', 'cebae1bdb9cf83cebcceb5f4', '90'],
];
for (const [i, [what, first, second]] of kFailFast.entries()) {
  it(`6.4.${i + 1} Two fragments, ${what}`, {
    send: (socket) => socket.send(
      frame(kText, packet(hex(first)), { fin: false }), frame(0, hex(second), { fin: false })),
    ...invalid,
  });
  it(`6.4.${i + 3} Two chops of one frame, ${what}`, {
    send: async (socket) => {
      const all = packet(hex(`${first}${second}656469746564`));
      const cut = 1 + (first.length + second.length) / 2;
      const bytes = frame(kText, all);
      const header = bytes.length - all.length;
      await socket.sendApart(bytes.subarray(0, header + 1 + first.length / 2), bytes.subarray(header + 1 + first.length / 2, header + cut));
    },
    ...invalid,
  });
}
it('6.4.5 A wrong byte at the start of a frame of which no more comes', {
  send: (socket) => socket.send(lengthHeader(0x81, 1_000), Buffer.alloc(4), packet(hex('ff'))), ...invalid,
});

// --- 6.5 to 6.23 Sequences, after Markus Kuhn's decoder test ---

const utf8 = (codePoint) => Buffer.from(String.fromCodePoint(codePoint)).toString('hex');
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => (from + i).toString(16));
const kPrefixed = 'cebae1bdb9cf83cebcceb5';
// The prefixes of κόσμε by length that end between characters.
const kWholePrefixes = [2, 5, 7, 9, 11];
const kTruncated = ['c0', 'e080', 'f08080', 'f8808080', 'fc80808080', 'df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf'];
const kNonCharacters = Array.from({ length: 17 }, (_, plane) => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]).flat();

// [section, what, sequences in hex, which are valid]
const kSections = [
  ['6.5', 'Valid text', [
    'hello-world', 'Hello-$€¢`', 'äöüßÄÖÜ', '$¢€𤭢', '日本語テキスト', ].map((text) => Buffer.from(text).toString('hex')), () => true],
  ['6.6', 'Prefix of a valid text', Array.from({ length: 11 }, (_, i) => kPrefixed.slice(0, 2 * (i + 1))),
    (sequence) => kWholePrefixes.includes(sequence.length / 2)],
  ['6.7', 'First sequence of a length', ['00', 'c280', 'e0a080', 'f0908080'], () => true],
  ['6.8', 'First sequence of a length that is none', ['f888808080', 'fc8480808080'], () => false],
  ['6.9', 'Last sequence of a length', ['7f', 'dfbf', 'efbfbf', 'f48fbfbf'], () => true],
  ['6.10', 'Last sequence of a length that is none', ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf'], () => false],
  ['6.11', 'Boundary', ['ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf', 'f4908080'], (sequence) => sequence !== 'f4908080'],
  ['6.12', 'Unexpected continuation', ['80', 'bf', ...[2, 3, 4, 5, 6].map((n) => '80bf80bf80bf'.slice(0, 2 * n)),
    range(0x80, 0xbe).join('')], () => false],
  ['6.13', 'Lonely start', [[0xc0, 0xdf], [0xe0, 0xef], [0xf0, 0xf7], [0xf8, 0xfb], [0xfc, 0xfd]]
    .map(([from, to]) => range(from, to).map((byte) => `${byte}20`).join('')), () => false],
  ['6.14', 'Last byte missing', kTruncated, () => false],
  ['6.15', 'Incomplete sequences in a row', [kTruncated.join('')], () => false],
  ['6.16', 'Impossible byte', ['fe', 'ff', 'fefeffff'], () => false],
  ['6.17', 'Overlong slash', ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af'], () => false],
  ['6.18', 'Greatest overlong sequence', ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf'], () => false],
  ['6.19', 'Overlong NUL', ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080'], () => false],
  ['6.20', 'Single surrogate', ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf'], () => false],
  ['6.21', 'Pair of surrogates', ['eda080', 'edadbf', 'edae80', 'edafbf']
    .flatMap((high) => ['edb080', 'edbfbf'].map((low) => high + low)), () => false],
  ['6.22', 'Code point that is no character', kNonCharacters.map(utf8), () => true],
  ['6.23', 'Replacement and its neighbours', range(0xfff9, 0xffff).map((point) => utf8(Number.parseInt(point, 16))), () => true],
];
for (const [section, what, sequences, isValid] of kSections) {
  for (const [i, sequence] of sequences.entries()) {
    const text = packet(hex(sequence));
    it(`${section}.${i + 1} ${what}: ${sequence.length > 40 ? `${sequence.slice(0, 40)}...` : sequence}`, {
      send: (socket) => socket.send(frame(kText, text)),
      ...(isValid(sequence) ? { expect: [kTextEcho(text)] } : invalid),
    });
  }
}
