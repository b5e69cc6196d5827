#!lua
-- Stores a snapshot beside a poll's log, unless a newer one is there. Replaces what is no snapshot.
--
-- KEYS[1]  the log, as append.lua writes it
-- KEYS[2]  the snapshot, a hash
-- ARGV[1]  revision
-- ARGV[2]  the id of the log's commit at that revision
-- ARGV[3]  payload
--
-- Returns 'OK', 'KEPT' (there is a newer one) or 'GONE' (no log, or none that has the commit).

-- Whether the text is a number that a stream's id can hold.
local function is_revision(text)
  return text and #text <= 19 and string.find(text, '^%d+$')
end

local function has(revision, commit_id)
  local id = revision .. '-0'
  local entry = redis.call('XRANGE', KEYS[1], id, id)
  return #entry == 1 and entry[1][2][2] == commit_id
end

if not has(ARGV[1], ARGV[2]) then return 'GONE' end
local old = redis.pcall('HMGET', KEYS[2], 'revision', 'commit_id')
if not old.err and is_revision(old[1]) and redis.call('HEXISTS', KEYS[2], 'payload') == 1 then
  -- Of another history than the log's it is not kept, however new. Numbers this small are exact.
  if tonumber(old[1]) > tonumber(ARGV[1]) and has(old[1], old[2]) then return 'KEPT' end
end

redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'revision', ARGV[1], 'commit_id', ARGV[2], 'payload', ARGV[3])
redis.call('PEXPIREAT', KEYS[2], redis.call('PEXPIRETIME', KEYS[1]))
return 'OK'
