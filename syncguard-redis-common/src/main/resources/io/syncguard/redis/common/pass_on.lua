-- Hands a turn on that nobody in this process wants any more (WAI-4).
--
-- KEYS[1] lock, KEYS[2] those that wait
-- ARGV[1] the prefix with its colon, ARGV[2] the stored key
--
-- Replies: D done.
if redis.call('EXISTS', KEYS[1]) == 1 then
  -- Its holder's release tells the next.
  return 'D'
end
for _ = 1, 100 do
  local first = redis.pcall('ZPOPMIN', KEYS[2])[1]
  if not first then
    break
  end
  local heard = redis.pcall('PUBLISH', ARGV[1] .. 'wake:' .. first, ARGV[2])
  if type(heard) == 'number' and heard > 0 then
    break
  end
end
return 'D'
