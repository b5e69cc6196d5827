// Tokens for the connects that show one: different people's, issued once by a real auth-service, whose keys stay for the
// runs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kLoadCpu, Processes } from './processes.mjs';
import { startAuth } from './servers.mjs';

const kTokens = 10_000;

// Sets what scenarios and servers read: bench.tokens, bench.jwks, bench.authFolder, bench.serviceKey.
export async function prepareTokens(bench) {
  const folder = join(bench.scratch, 'auth');
  mkdirSync(folder, { mode: 0o700 });
  Object.assign(bench, {
    authFolder: folder,
    serviceKey: join(folder, 'service.key'),
    tokens: join(folder, 'tokens.txt'),
    jwks: join(folder, 'jwks.json'),
  });
  const processes = new Processes(join(bench.work, 'log'));
  try {
    const { address } = await startAuth(bench, processes);
    const script = join(bench.root, 'tests/load/peers/node_token/issue_tokens.mjs');
    await processes.run('issue_tokens', kLoadCpu, 'node', [script, address, bench.serviceKey, `${kTokens}`, folder]);
  } finally {
    await processes.stop();
  }
}
