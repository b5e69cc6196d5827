// Calls by what they asked for: all with the same request id are one request.

// Returns [{requestID, method, user, args, calls, ok, refused, unknown}], in the order of their first calls.
export function requestsOf(history) {
  const requests = new Map();
  for (const call of history.calls) {
    if (!call.requestID) continue;
    if (!requests.has(call.requestID)) {
      const { requestID, method, user, args } = call;
      requests.set(requestID, { requestID, method, user, args, calls: [], ok: [], refused: [], unknown: [] });
    }
    const request = requests.get(call.requestID);
    request.calls.push(call);
    request[call.outcome].push(call);
  }
  return [...requests.values()];
}
