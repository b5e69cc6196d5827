// Socket.IO packets as text and attachments, and back.

// The event, ack or error that `next` yields: {type, nsp, id, data}, with attachments in their places.
export async function nextPacket(next) {
  const text = await next();
  if (typeof text !== 'string' || text[0] !== '4') throw new Error(`no packet: ${String(text)}`);
  const [, type, count, nsp, id, json] = /^4(\d)(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)(.*)$/s.exec(text);
  const attachments = [];
  for (let i = 0; i < Number(count ?? 0); ++i) {
    const attachment = await next();
    const isBase64 = typeof attachment === 'string' && attachment[0] === 'b';
    attachments.push(isBase64 ? Buffer.from(attachment.slice(1), 'base64') : attachment);
  }
  const place = (value) => {
    if (attachments.length === 0 || typeof value !== 'object' || value === null) return value;
    if (value._placeholder === true) return attachments[value.num];
    if (Array.isArray(value)) return value.map(place);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, place(member)]));
  };
  return {
    type: Number(type),
    nsp: nsp ?? '/',
    id: id === '' ? undefined : id,
    data: json === '' ? undefined : place(JSON.parse(json)),
    text,
  };
}

export function placeholder(num) {
  return { _placeholder: true, num };
}
