-- Settles an acquire of unknown outcome (ACQ-4): frees the lock if the id holds it, and marks the id as abandoned, so
-- that the acquire is refused should it arrive only now. The mark is an empty index entry, which the acquire meets
-- at no cost, because it creates its index with NX.
--
-- KEYS[1] lock, KEYS[2] reverse index of the lock id
-- ARGV[1] lock id, ARGV[2] how long the mark stays, in ms
--
-- Replies: R the id held the lock; N it did not. Foreign values are left alone.
local value = redis.pcall('GET', KEYS[1])
local owned = false
if type(value) == 'string' then
  if string.sub(value, 1, 34) == '{"lockId":"' .. ARGV[1] .. '"' then
    owned = true
  else
    local ok, lock = pcall(cjson.decode, value)
    owned = ok and type(lock) == 'table' and lock.lockId == ARGV[1]
  end
end

if owned then
  redis.call('DEL', KEYS[1])
else
  -- For its own sake: a server whose memory is full refuses a SET, unless the script has written before.
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
redis.call('SET', KEYS[2], '', 'PX', ARGV[2])
return owned and 'R' or 'N'
