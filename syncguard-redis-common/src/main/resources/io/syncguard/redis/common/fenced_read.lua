-- Reads a fenced value and its fence, in one atomic step; changes nothing (GRD-4).
--
-- KEYS[1] fenced value: a hash with the fields fence (15 digits) and value
--
-- Replies, as one string:
--   V<fence, 15 digits><value>
--   N                           there is no value: never written, or deleted
--   F<type>                     a value we did not write is there (GRD-6)
local found = redis.pcall('HMGET', KEYS[1], 'fence', 'value')
if found.err then
  if string.find(found.err, 'WRONGTYPE', 1, true) then
    return 'F' .. redis.call('TYPE', KEYS[1]).ok
  end
  return found
end

local fence, value = found[1], found[2]
if fence then
  if #fence ~= 15 or not string.match(fence, '^%d+$') then
    return 'Fhash'
  end
  return value and 'V' .. fence .. value or 'N'
end
return redis.call('EXISTS', KEYS[1]) == 1 and 'Fhash' or 'N'
