-- Counts fence counters and what they take up, a few hundred at a time, so that nobody has to wait for it. Changes nothing.
--
-- KEYS[1] what the name of a counter begins with
-- ARGV[1] cursor, ARGV[2] a pattern for the names of counters, ARGV[3] how many keys to look at
--
-- Replies: <next cursor>,<counters>,<bytes>; the next cursor is 0 at the end.
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local counters, bytes = 0, 0
for _, counter in ipairs(page[2]) do
  if string.sub(counter, 1, #KEYS[1]) == KEYS[1] then
    counters = counters + 1
    bytes = bytes + (redis.call('MEMORY', 'USAGE', counter) or 0)
  end
end
return page[1] .. ',' .. counters .. ',' .. string.format('%.0f', bytes)
