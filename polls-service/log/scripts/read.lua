#!lua flags=allow-oom
-- Reads commits of a poll's log.
--
-- KEYS[1]  the log, as append.lua writes it
-- ARGV[1]  the first entry's id
-- ARGV[2]  how many commits to return at most
--
-- A script and not XRANGE, because without `no-writes` a read-only replica refuses it: a master that was demoted
-- while we are connected to it must not answer. `allow-oom` lets it run when the memory is full.

return redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
