-- Answers the live lock an id holds, in one atomic step (LKP-1).
--
-- KEYS[1] reverse index of the lock id, KEYS[2] in a second attempt the lock
--
-- Replies: V<now in ms>,<JSON>; N it holds none; M<lock> its lock is not here, perhaps on another node, while the slot moves
-- (CLU-4); F<type> a value we did not write is there (ERR-3).
-- The caller applies the liveness predicate with the server's now, and compares the id (TIME-2, TIME-4).
local lockKey = redis.pcall('GET', KEYS[1])
if not lockKey or lockKey == '' then
  return 'N'
elseif type(lockKey) == 'table' then
  -- Any other error, such as a missing permission, is raised by asking again.
  if not string.find(lockKey.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', KEYS[1])
  end
  return 'F' .. redis.call('TYPE', KEYS[1]).ok
end

local value = redis.pcall('GET', lockKey)
if not value then
  return KEYS[2] and 'N' or 'M' .. lockKey
elseif type(value) == 'table' then
  if string.find(value.err, 'non local key', 1, true) then
    return 'M' .. lockKey
  end
  if not string.find(value.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', lockKey)
  end
  return 'F' .. redis.call('TYPE', lockKey).ok
end
local time = redis.call('TIME')
return 'V' .. (time[1] * 1000 + (time[2] - time[2] % 1000) / 1000) .. ',' .. value
