-- Says whether a live lock is on a key (CHK-1).
--
-- KEYS[1] lock
-- ARGV[1] 1 to delete lock data that has been dead for more than 2 s beyond its expiry, else 0
-- ARGV[2] what the name of a reverse index begins with
--
-- Replies: L locked; U unlocked; F<type> a value we did not write is there (ERR-3).
local value = redis.pcall('GET', KEYS[1])
if not value then
  return 'U'
elseif type(value) == 'table' then
  -- Any other error, such as a missing permission, is raised by asking again.
  if not string.find(value.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', KEYS[1])
  end
  return 'F' .. redis.call('TYPE', KEYS[1]).ok
end

local id, expiresAt = string.match(value, '^{"lockId":"([%w_-]+)","expiresAtMs":(%d+),')
if not id then
  local ok, lock = pcall(cjson.decode, value)
  if not ok or type(lock) ~= 'table' or type(lock.lockId) ~= 'string' or type(lock.expiresAtMs) ~= 'number' then
    return 'Fstring'
  end
  id, expiresAt = lock.lockId, lock.expiresAtMs
end

-- Only a value whose physical expiry somebody took away can be dead and present.
local time = redis.call('TIME')
local now = time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
if expiresAt + 0 > now - 1000 then
  return 'L'
end
if ARGV[1] == '1' and expiresAt + 2000 < now then
  redis.call('DEL', KEYS[1], ARGV[2] .. id)
end
return 'U'
