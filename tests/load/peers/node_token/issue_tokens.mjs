// Lets auth-service issue tokens for different people, and writes them to FOLDER/tokens.txt, one a line, and the keys
// that verify them to FOLDER/jwks.json.
//
//   node issue_tokens.mjs ADDRESS SERVICE_KEY_FILE COUNT FOLDER

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const kProto = join(dirname(fileURLToPath(import.meta.url)), '../../../../proto');
const kUnderWay = 100;
const [address, keyFile, count, folder] = process.argv.slice(2);

const definition = protoLoader.loadSync('caucus/auth/v1/auth_service.proto', { includeDirs: [kProto], keepCase: true });
const { AuthService } = grpc.loadPackageDefinition(definition).caucus.auth.v1;
const stub = new AuthService(address, grpc.credentials.createInsecure());
const call = (method) => promisify(stub[method]).bind(stub);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${readFileSync(keyFile, 'utf8').trim()}`);

const tokens = [];
while (tokens.length < Number(count)) {
  const people = Array.from({ length: Math.min(kUnderWay, count - tokens.length) }, (_, i) => tokens.length + i);
  const issued = await Promise.all(
    people.map((person) => call('IssueToken')({ subject: `person-${person}`, lifetime: { seconds: 3_600 } }, metadata)),
  );
  tokens.push(...issued.map(({ token }) => token));
}
writeFileSync(join(folder, 'tokens.txt'), `${tokens.join('\n')}\n`, { mode: 0o600 });
writeFileSync(join(folder, 'jwks.json'), (await call('GetJwks')({})).jwks_json);
stub.close();
