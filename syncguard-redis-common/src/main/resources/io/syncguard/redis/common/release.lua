-- Gives a lock back: resolves the id, verifies the owner, deletes lock and index, in one atomic step (REL-1).
--
-- KEYS[1] reverse index of the lock id, KEYS[2] in a second attempt the lock
-- ARGV[1] lock id, ARGV[2] the prefix with its colon, ARGV[3] the process, ARGV[4] in a cluster SPUBLISH
-- ARGV[5] for how many ms the id stays marked as abandoned, if its acquire was sent more than once: a copy may arrive later
--
-- Replies:
--   R                             released
--   R=<stored key>                released, and it is the turn of somebody who waits in this process
--   R><counter>,<stored key>      released, and somebody who waits elsewhere was told (WAI-4); the fence counter stands there
--   R!<counter>,<stored key>      the same; nobody else waits, and the lock was held for long enough that nobody has to hurry back
--   N                             the id holds nothing (REL-2)
--   M<lock>                       its lock is not here; perhaps on another node, while the slot moves (CLU-4)
--   F<type>                       a value we did not write is in the way (ERR-3)
--
-- Lock and index expire together at the end of the tolerance, so what is present is live (TIME-3).
local try = redis.pcall
local lockKey = try('GET', KEYS[1])
if not lockKey or #lockKey == 0 then
  if type(lockKey) ~= 'table' then
    return 'N'
  end
  -- Any other error, such as a missing permission, is raised by asking again.
  if not string.find(lockKey.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', KEYS[1])
  end
  return 'F' .. redis.call('TYPE', KEYS[1]).ok
end

local value = try('GET', lockKey)
if not value or #value == 0 then
  if not value then
    return KEYS[2] and 'N' or 'M' .. lockKey
  elseif type(value) == 'string' then
    return 'Fstring'
  end
  if string.find(value.err, 'non local key', 1, true) then
    return 'M' .. lockKey
  end
  if not string.find(value.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', lockKey)
  end
  return 'F' .. redis.call('TYPE', lockKey).ok
end

if string.find(value, ARGV[1], 12, true) ~= 12 then
  local ok, lock = pcall(cjson.decode, value)
  if not ok or type(lock) ~= 'table' or type(lock.lockId) ~= 'string' then
    return 'Fstring'
  elseif lock.lockId ~= ARGV[1] then
    return 'N'
  end
end

-- In this order: the server keeps the last argument's memory for the next one in its place, an index value of that length.
redis.call('DEL', KEYS[1], lockKey)
if ARGV[5] then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[5])
end
if string.byte(value, -2) == 34 then
  -- Nobody who waits has marked it: it ends in the quote of its key.
  return 'R'
end

local stored = string.sub(lockKey, #ARGV[2] + 1)
local waiting = ARGV[2] .. 'wait:' .. stored
for _ = 1, 100 do
  local first = redis.pcall('ZPOPMIN', waiting)[1]
  if not first then
    break
  elseif first == ARGV[3] then
    return 'R=' .. stored
  end
  -- Nobody hears it: that process is gone, and it is the turn of the next.
  local heard = redis.pcall(ARGV[4] or 'PUBLISH', ARGV[2] .. 'wake:' .. first, stored)
  if type(heard) == 'number' and heard > 0 then
    local counter = redis.pcall('GET', ARGV[2] .. 'fence:' .. stored)
    local reply = (type(counter) == 'string' and string.match(counter, '^%d+$') or '') .. ',' .. stored
    local acquiredAt = string.match(value, '^{"lockId":"[%w_-]+","expiresAtMs":%d+,"acquiredAtMs":(%d+),')
    local time = redis.call('TIME')
    local now = time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
    local unhurried = acquiredAt and now - acquiredAt >= 1 and redis.pcall('EXISTS', waiting) == 0
    return (unhurried and 'R!' or 'R>') .. reply
  end
end
return 'R'
