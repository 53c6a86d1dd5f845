-- Writes a fenced value, or deletes it, unless a greater fence has written: one atomic step (GRD-4).
--
-- KEYS[1] fenced value: a hash with the fields fence (15 digits) and value
-- ARGV[1] fence, 15 digits, ARGV[2] value; without one it is deleted, and the fence stays
--
-- Replies, as one string:
--   W                    written
--   S<fence, 15 digits>  refused: this greater fence has written; nothing was changed
--   F<type>              a value we did not write is in the way; it was left alone (GRD-6)
local seen = redis.pcall('HGET', KEYS[1], 'fence')
if type(seen) == 'table' then
  if string.find(seen.err, 'WRONGTYPE', 1, true) then
    return 'F' .. redis.call('TYPE', KEYS[1]).ok
  end
  return seen
end

if seen then
  if #seen ~= 15 or not string.match(seen, '^%d+$') or tonumber(seen) == 0 then
    return 'Fhash'
  end
  -- Not as strings, whose order is the server's locale's. Numbers of 15 digits are exact.
  if tonumber(ARGV[1]) < tonumber(seen) then
    return 'S' .. seen
  end
elseif redis.call('EXISTS', KEYS[1]) == 1 then
  return 'Fhash'
end

if ARGV[2] then
  redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'value', ARGV[2])
else
  redis.call('HSET', KEYS[1], 'fence', ARGV[1])
  redis.call('HDEL', KEYS[1], 'value')
end
return 'W'
