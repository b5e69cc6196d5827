#!lua flags=allow-oom
-- Reads a poll's snapshot, if it belongs to the log, and the commits after it.
--
-- KEYS[1]  the log, as append.lua writes it
-- KEYS[2]  the snapshot, as store_snapshot.lua writes it
-- ARGV[1]  how many commits to return at most
--
-- Returns {snapshot, entries}: the snapshot is {revision, commit id, payload}, or nil if there is none that fits.
-- Without `no-writes` a read-only replica refuses the script, so that what it says is never stale; `allow-oom` lets
-- it run when the memory is full.

local snapshot = redis.call('HMGET', KEYS[2], 'revision', 'commit_id', 'payload')
local from = '-'
if snapshot[1] then
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
