-- Settles an acquire of unknown outcome (ACQ-4): frees the lock if the id holds it, and marks the id as abandoned, so
-- that the acquire is refused should it arrive only now. The mark is an empty index entry, which the acquire meets
-- at no cost, because it creates its index with NX.
--
-- KEYS[1] lock, KEYS[2] reverse index of the lock id
-- ARGV[1] lock id, ARGV[2] how long the mark stays, in ms
-- ARGV[3] the prefix with its colon, ARGV[4] the stored key, ARGV[5] in a cluster SPUBLISH
--
-- Replies: R the id held the lock, and if somebody waits for it, one was told (WAI-4); N it did not. Foreign values are left alone.
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
-- Unless it ends in the quote of its key, somebody who waits has marked it. Their list is no key of this script: a cluster would
-- refuse a call for keys that are there and one that is not, while their slot moves.
if owned and string.byte(value, -2) ~= 34 then
  for _ = 1, 100 do
    local first = redis.pcall('ZPOPMIN', ARGV[3] .. 'wait:' .. ARGV[4])[1]
    if not first then
      break
    end
    -- Nobody hears it: that process is gone, and it is the turn of the next.
    local heard = redis.pcall(ARGV[5] or 'PUBLISH', ARGV[3] .. 'wake:' .. first, ARGV[4])
    if type(heard) == 'number' and heard > 0 then
      break
    end
  end
end
return owned and 'R' or 'N'
