#!lua
-- Appends one commit to a poll's log, unless the log has moved on.
--
-- KEYS[1]  the log, a stream whose entry ids are <revision>-0
-- KEYS[2]  the snapshot, which expires with the log
-- ARGV[1]  the revision that the log must end with; 0: there must be no log
-- ARGV[2]  the new revision, one more
-- ARGV[3]  commit id
-- ARGV[4]  payload
-- ARGV[5]  when both expire, Unix time in milliseconds
-- ARGV[6]  the channel of the poll's changes
-- ARGV[7]  the commit id that the log must end with, unless ARGV[1] is 0
--
-- Returns 'OK', or, having changed nothing, 'EXISTS' (a log where there must be none), 'GONE' (no log)
-- or 'MOVED' (the log ends with another commit). Nothing is rolled back when a script fails, so all is
-- checked before the first write.
-- Revisions are compared as text: Lua's numbers are doubles. The first line lets a read-only replica, and a server
-- whose memory is full, refuse the script as a whole: what it would answer may be stale.

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #last == 0 then
  if ARGV[1] ~= '0' then return 'GONE' end
else
  if ARGV[1] == '0' then return 'EXISTS' end
  if last[1][1] ~= ARGV[1] .. '-0' then return 'MOVED' end
  -- Redis may have lost its newest entries, and others have taken their revisions since.
  if last[1][2][2] ~= ARGV[7] then return 'MOVED' end
end

redis.call('XADD', KEYS[1], ARGV[2] .. '-0', 'commit_id', ARGV[3], 'payload', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
redis.call('PEXPIREAT', KEYS[2], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[2])
return 'OK'
