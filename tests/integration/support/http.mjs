// HTTP as it is on the wire: one connection a request, nothing added, nothing retried.

import { request } from 'node:http';
import { createConnection } from 'node:net';

// Returns {status, headers, body}.
export function http(system, { method = 'GET', path = '/', headers = {}, body, timeoutMs = 15_000 } = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const call = request(
      { host: '127.0.0.1', port: system.edgePort, method, path, agent: false, headers: { ...length, ...headers } },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`no answer to ${method} ${path}`)));
    call.on('error', reject);
    call.end(body);
  });
}

// POSTs a value as JSON, or a string as it is; returns {status, headers, body, json}.
export async function post(system, path, value) {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const answer = await http(system, {
    method: 'POST', path, body, headers: { 'Content-Type': 'application/json' },
  });
  return { ...answer, json: JSON.parse(answer.body) };
}

// Sends bytes and returns all that comes back until the server closes the connection or `timeoutMs` of
// silence. Never fails: a reset is an answer too.
export function rawBytes(system, bytes, { timeoutMs = 2_000, end = false } = {}) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port: system.edgePort });
    const chunks = [];
    const done = (how) => {
      socket.destroy();
      resolve({ how, text: Buffer.concat(chunks).toString('latin1') });
    };
    socket.setTimeout(timeoutMs, () => done('silence'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', () => done('reset'));
    socket.once('close', () => done('closed'));
    socket.once('connect', () => (end ? socket.end(bytes) : socket.write(bytes)));
  });
}
