-- Answers the live lock on a key (LKP-1).
--
-- KEYS[1] lock
--
-- Replies: V<now in ms>,<JSON>; N there is none; F<type> a value we did not write is there (ERR-3).
-- The caller applies the liveness predicate with the server's now (TIME-2, TIME-4).
local value = redis.pcall('GET', KEYS[1])
if not value then
  return 'N'
elseif type(value) == 'table' then
  -- Any other error, such as a missing permission, is raised by asking again.
  if not string.find(value.err, 'WRONGTYPE', 1, true) then
    return redis.call('GET', KEYS[1])
  end
  return 'F' .. redis.call('TYPE', KEYS[1]).ok
end
local time = redis.call('TIME')
return 'V' .. (time[1] * 1000 + (time[2] - time[2] % 1000) / 1000) .. ',' .. value
