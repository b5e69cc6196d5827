#!lua flags=allow-oom
-- Reads a poll's snapshot, if it belongs to the log, and the commits after it.
--
-- KEYS[1]  the log, as append.lua writes it
-- KEYS[2]  the snapshot, as store_snapshot.lua writes it
-- ARGV[1]  how many commits to return at most
--
-- Returns {snapshot, entries}: the snapshot is {revision, commit id, payload}, or nil if there is none that fits, or
-- what is there is no snapshot.
-- Without `no-writes` a read-only replica refuses the script, so that what it says is never stale; `allow-oom` lets
-- it run when the memory is full.

-- Whether the text is a number that a stream's id can hold.
local function is_revision(text)
  return text and #text <= 19 and string.find(text, '^%d+$')
end

local snapshot = redis.pcall('HMGET', KEYS[2], 'revision', 'commit_id', 'payload')
local from = '-'
if not snapshot.err and is_revision(snapshot[1]) and snapshot[3] then
  local id = snapshot[1] .. '-0'
  local entry = redis.call('XRANGE', KEYS[1], id, id)
  if #entry == 1 and entry[1][2][2] == snapshot[2] then
    from = '(' .. id
  else
    snapshot = false
  end
else
  snapshot = false
end
return {snapshot, redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[1])}
