-- Hands a turn on that nobody in this process wants any more (WAI-4).
--
-- KEYS[1] lock, KEYS[2] those that wait
-- ARGV[1] the prefix with its colon, ARGV[2] the stored key, ARGV[3] in a cluster SPUBLISH
--
-- Replies: D done.
local held = redis.pcall('GET', KEYS[1])
if held then
  -- Its holder's release tells the next, if it knows that there is one.
  if type(held) == 'string' and string.find(held, '^{"lockId":"') and string.byte(held, -2) == 34
    and redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('SETRANGE', KEYS[1], #held - 1, ',"waited":true}')
  end
  return 'D'
end
for _ = 1, 100 do
  local first = redis.pcall('ZPOPMIN', KEYS[2])[1]
  if not first then
    break
  end
  local heard = redis.pcall(ARGV[3] or 'PUBLISH', ARGV[1] .. 'wake:' .. first, ARGV[2])
  if type(heard) == 'number' and heard > 0 then
    break
  end
end
return 'D'
