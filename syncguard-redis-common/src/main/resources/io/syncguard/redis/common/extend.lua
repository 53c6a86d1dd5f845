-- Sets the expiry of live locks to now plus ttl, in one atomic step: replaces, never adds, never resurrects (EXT-1).
--
-- KEYS[i] reverse index of a lock id; KEYS[2] the lock, in a second attempt for one
-- ARGV[3i - 2] the lock id, ARGV[3i - 1] ttl in ms, ARGV[3i] ttl plus tolerance in ms (TIME-3); one more if these are beats, which
-- never bring the end of a lock nearer (RDS-24)
--
-- Replies for each, a line each: E<expiresAtMs> (EXT-2); N the id holds nothing; M its lock is not here, perhaps on another node,
-- while the slot moves (CLU-4), followed by the lock's name if there is one line; F<type> a value we did not write is in the way
-- (ERR-3).
local beats = #ARGV % 3 == 1
local count = (#ARGV - #ARGV % 3) / 3

local function extend(index, id, ttl, physical)
  local lockKey = redis.pcall('GET', index)
  if not lockKey or lockKey == '' then
    return 'N'
  elseif type(lockKey) == 'table' then
    -- Any other error, such as a missing permission, is raised by asking again.
    if not string.find(lockKey.err, 'WRONGTYPE', 1, true) then
      return redis.call('GET', index)
    end
    return 'F' .. redis.call('TYPE', index).ok
  end

  local value = redis.pcall('GET', lockKey)
  if not value then
    return #KEYS > count and 'N' or count == 1 and 'M' .. lockKey or 'M'
  elseif type(value) == 'table' then
    if string.find(value.err, 'non local key', 1, true) then
      return count == 1 and 'M' .. lockKey or 'M'
    end
    if not string.find(value.err, 'WRONGTYPE', 1, true) then
      return redis.call('GET', lockKey)
    end
    return 'F' .. redis.call('TYPE', lockKey).ok
  end

  local time = redis.call('TIME')
  local now = time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
  local newExpiry = now + ttl
  local head = '{"lockId":"' .. id .. '","expiresAtMs":'
  local extended

  if string.sub(value, 1, #head) == head then
    local _, last = string.find(value, '^%d+', #head + 1)
    if not last then
      return 'Fstring'
    end
    local expiry = tonumber(string.sub(value, #head + 1, last))
    if expiry <= now - 1000 then
      return 'N'
    elseif beats and expiry >= newExpiry then
      return 'E' .. expiry
    end
    extended = head .. newExpiry .. string.sub(value, last + 1)
  else
    local ok, lock = pcall(cjson.decode, value)
    if not ok or type(lock) ~= 'table' or type(lock.lockId) ~= 'string' or type(lock.expiresAtMs) ~= 'number' then
      return 'Fstring'
    end
    if lock.lockId ~= id or lock.expiresAtMs <= now - 1000 then
      return 'N'
    end
    if beats and lock.expiresAtMs >= newExpiry then
      return 'E' .. lock.expiresAtMs
    end
    lock.expiresAtMs = newExpiry
    extended = cjson.encode(lock)
  end

  -- In this order: a server whose memory is full refuses a SET, unless the script has written before.
  redis.call('PEXPIRE', index, physical)
  redis.call('SET', lockKey, extended, 'PX', physical)
  return 'E' .. newExpiry
end

local replies = {}
for i = 1, count do
  replies[i] = extend(KEYS[i], ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i])
end
return table.concat(replies, '\n')
