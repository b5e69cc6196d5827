// What docs/ says is so: flags, reasons of errors, limits, and every piece of code that it shows.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { kBin, kRepository, System, testOn } from './support/system.mjs';

const kExamples = join(kRepository, 'docs/examples');

let system;
let scratch;
before(async () => {
  system = await System.start();
  // The examples as they are, beside packages that these tests have installed.
  scratch = mkdtempSync(join(tmpdir(), 'caucus-docs-'));
  mkdirSync(join(scratch, 'docs/examples'), { recursive: true });
  for (const file of sources()) copyFileSync(join(kExamples, file), join(scratch, 'docs/examples', file));
  symlinkSync(join(kRepository, 'proto'), join(scratch, 'proto'));
  symlinkSync(join(kRepository, 'tests/integration/node_modules'), join(scratch, 'node_modules'));
});
after(async () => {
  await system?.stop();
  if (scratch) rmSync(scratch, { recursive: true });
});
const it = testOn(() => system);

function sources() {
  return readdirSync(kExamples).filter((file) => file.endsWith('.mjs'));
}

function page(name) {
  return readFileSync(join(kRepository, 'docs', name), 'utf8');
}

// The cells of every table row of a page's section.
function rows(text, heading) {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading));
  return [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row.split(/ ?\| ?/)).slice(1);
}

// Returns the output of an example; fails if it fails.
async function run(file, address) {
  const { stdout } = await promisify(execFile)('node', [file, address], {
    cwd: join(scratch, 'docs/examples'), timeout: 30_000,
  });
  return stdout;
}

// Returns the own flags of a process, those that --help lists but for help itself, with their descriptions.
function flagsOf(folder, name) {
  let help;
  try {
    help = execFileSync(join(kBin, folder, name), [`--help=${folder}`], { encoding: 'utf8' });
  } catch (error) {
    help = error.stdout; // abseil ends with status 1 after help.
  }
  return new Map([...help.matchAll(/^ {4}--(\w+) \(([^]*?)\n(?=\n| {4}--|$)/gm)].map((match) => [match[1], match[2]]));
}

test('docs/edge.md has a line for every flag of the edge, and for no other', () => {
  const described = new Set([...page('edge.md').matchAll(/^\| `--(\w+)`/gm)].map((match) => match[1]));
  const flags = [...flagsOf('edge/main', 'edge_main').keys()];
  assert.ok(flags.length > 50, `only ${flags.length} flags found`);
  assert.deepEqual([...described].sort(), flags.sort());
});

test('docs/polls-api.md has every call of the service, each with an example', () => {
  const proto = readFileSync(join(kRepository, 'proto/caucus/polls/v1/polls_service.proto'), 'utf8');
  const calls = [...proto.matchAll(/^ {2}rpc (\w+)\(/gm)].map((match) => match[1]);
  const text = page('polls-api.md');
  const listed = rows(text, 'Every call').map(([call]) => call.replace(/[`* ]/g, ''));
  assert.deepEqual(listed.sort(), [...calls].sort());
  const example = readFileSync(join(kExamples, 'polls_grpc.mjs'), 'utf8');
  for (const call of calls) {
    assert.match(text, new RegExp(`^\\*\\*${call}(\\.|\\*\\*)`, 'm'), `${call} has no paragraph`);
    const method = call[0].toLowerCase() + call.slice(1);
    assert.match(example, new RegExp(`'${method}'|client\\.${method}\\(`), `${call} has no example`);
  }
});

test('Every piece of code in docs/polls-api.md stands in an example', () => {
  const code = sources().map((file) => readFileSync(join(kExamples, file), 'utf8'));
  const pieces = [...page('polls-api.md').matchAll(/(?:^ {4}.*\n|^\n(?= {4}\S))+/gm)]
    .map(([piece]) => piece.replace(/^ {4}/gm, '').trim()).filter(Boolean);
  assert.ok(pieces.length > 25, `only ${pieces.length} pieces found`);
  for (const piece of pieces.filter((text) => !text.startsWith('caucus-tally '))) {
    // A function that follows its helpers is quoted without the comment between them.
    for (const part of piece.split('\n\n')) {
      assert.ok(code.some((text) => text.includes(part)), `in no example:\n${part}`);
    }
  }
});

// Every pair of code and reason that polls-service can answer with: those of PollError, and the defaults.
function reasonsInTheSources() {
  const found = new Set();
  const kCode = /StatusCode::k(\w+)/;
  const name = (code) => code.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  const folders = ['domain', 'actor', 'api'].map((folder) => join(kRepository, 'polls-service', folder));
  for (const folder of folders) {
    for (const file of readdirSync(folder)) {
      if (!/\.(cc|h)$/.test(file) || /_(test|fixture|scenario)\.|faulty/.test(file)) continue;
      const text = readFileSync(join(folder, file), 'utf8');
      for (const [, code, reason] of text.matchAll(/PollError\(\s*([\w:]+),(?:[^;"]|"[^"]*")*?"([A-Z][A-Z_]+)"\)/g)) {
        const codes = kCode.test(code) ? [code] : text.match(/TokenInvalid\(absl::StatusCode::k\w+|StatusCode::k(Unauthenticated|PermissionDenied)\b/g);
        for (const one of codes) found.add(`${name(kCode.exec(one)[1])} ${reason}`);
      }
      for (const [, code, reason] of text.matchAll(/case absl::StatusCode::k(\w+):\s*return "([A-Z_]+)"/g)) {
        found.add(`${name(code)} ${reason}`);
      }
    }
  }
  found.add('INTERNAL INTERNAL');
  return found;
}

test('docs/polls-api.md lists every reason of an error with its code, and no other', () => {
  const listed = rows(page('polls-api.md'), 'Errors')
    .map(([reason, code]) => `${code.replaceAll('`', '')} ${reason.replaceAll('`', '')}`);
  assert.ok(listed.length > 20);
  assert.deepEqual(listed.sort(), [...reasonsInTheSources()].sort());
});

test('docs/polls-api.md names flags of polls-service that exist, with their defaults', () => {
  const flags = flagsOf('polls-service/main', 'polls_main');
  const limits = rows(page('polls-api.md'), 'Limits').filter(([, , flag]) => flag);
  assert.ok(limits.length >= 8);
  for (const [what, bound, flag] of limits) {
    const description = flags.get(flag.replace(/[`-]/g, ''));
    assert.ok(description, `${flag} does not exist`);
    const inPage = bound.replaceAll(',', '');
    const value = /default: (\d+)/.exec(description)?.[1];
    assert.ok(value && inPage.includes(value), `${what}: ${bound}, but ${description}`);
  }
});

it('The first examples print what the README shows', async () => {
  const web = await run('socketio.mjs', system.edgeUrl);
  assert.match(web, /ALREADY_VOTED[^]*\nPizza 2\n$/);
  assert.equal(await run('grpc.mjs', system.pollsAddress), 'Pizza 1\nFAILED_PRECONDITION Voting has already started\n');
});

it('The example of every call runs to its end', async () => {
  assert.deepEqual((await run('polls_grpc.mjs', system.pollsAddress)).split('\n').map((line) =>
    line.replace(/^1 (Pizza|Sushi) 1$/, 'the drawn').replace(/^2 (Pizza|Sushi) 1$/, 'the other')), [
    'present: Ada, Grace', 'options: Pizza, Sushi', 'the drawn', 'the other', 'round 1 ties 1',
    'drawn as promised: true', '2 1', 'FAILED_PRECONDITION Voting has already started',
    'the stream ends with OK after pollCancelled', 'true null', '',
  ]);
});

it('The example for web clients runs to its end', async () => {
  assert.deepEqual((await run('polls_socketio.mjs', system.edgeUrl)).split('\n'), [
    'Conflict NOMINATION_EXISTS', 'Unauthorized Admin privileges required ADMIN_REQUIRED', '1 Pizza 1', '1 ballot',
    '1 1', 'cancelled', 'cancelled', 'nominated string', '',
  ]);
});
