-- Takes a lock: one attempt, one atomic step (ACQ-1).
--
-- KEYS[1] lock, KEYS[2] reverse index of the lock id, KEYS[3] fence counter
-- ARGV[1] lock id, ARGV[2] ttl in ms, ARGV[3] ttl plus tolerance in ms (TIME-3), ARGV[4] the key as a JSON string
--
-- From a process that waits, in addition (WAI-4):
-- KEYS[4] those that wait: a sorted set of processes by the moment they came
-- ARGV[5] the process, ARGV[6] for how long it has been waiting, in ms
-- ARGV[7] for how many ms more it leaves the lock to somebody it has woken, if it does (WAI-3)
-- ARGV[8] the fence counter when it woke him
--
-- Replies, as one string:
--   A<fence, 15 digits><expiresAtMs>  the lock is the caller's, now or since an earlier acquire with this id (ACQ-3)
--   C<expiresAtMs>,<free in ms>       somebody else holds it (ACQ-2)
--   X                                 the id was abandoned before this request arrived (ACQ-4)
--   I                                 the id holds another key
--   O                                 the counter is exhausted; nothing was written (FEN-3)
--   F<type>                           a value we did not write is in the way; it was left alone (ERR-3)
local MAX_FENCE = 900000000000000
-- Those that wait come again at least every few seconds; a list that nobody comes back to goes.
local WAITING_MILLIS = 120000
-- How a lock ends that somebody waits for, so that its release looks for them, and no other does. The rest ends in a quote.
local WAITED, QUOTE = ',"waited":true}', 34

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
end

-- A value of somebody else's in place of the set costs the wake-up and nothing more.
local function register()
  redis.pcall('ZADD', KEYS[4], 'NX', now() - ARGV[6], ARGV[5])
  redis.pcall('PEXPIRE', KEYS[4], WAITING_MILLIS)
end

local held = redis.pcall('GET', KEYS[1])
if held then
  if type(held) == 'table' then
    return 'F' .. redis.call('TYPE', KEYS[1]).ok
  end
  -- The fixed start of what we write, anchored at the first byte, so that no key inside the JSON can pretend.
  local id, expiresAt, fence =
    string.match(held, '^{"lockId":"([%w_-]+)","expiresAtMs":(%d+),"acquiredAtMs":%d+,"fence":"(%d+)",')
  if not id then
    local ok, lock = pcall(cjson.decode, held)
    if not ok or type(lock) ~= 'table' or type(lock.lockId) ~= 'string' or type(lock.expiresAtMs) ~= 'number'
      or type(lock.fence) ~= 'string' or not string.match(lock.fence, '^%d+$') or #lock.fence ~= 15 then
      return 'Fstring'
    end
    id, expiresAt, fence = lock.lockId, string.format('%.0f', lock.expiresAtMs), lock.fence
  end
  if id == ARGV[1] then
    return 'A' .. fence .. expiresAt
  end
  local freeIn = redis.call('PTTL', KEYS[1])
  if freeIn < 100 then
    -- About to go, a little after the liveness predicate says, which decides (TIME-2); or somebody took its expiry away.
    freeIn = expiresAt + 1000 - now()
  end
  if freeIn > 0 then
    if KEYS[4] then
      register()
      if string.byte(held, -2) == QUOTE then
        redis.call('SETRANGE', KEYS[1], #held - 1, WAITED)
      end
    end
    return 'C' .. expiresAt .. ',' .. string.format('%.0f', freeIn)
  end
end

-- Once the counter has moved, somebody has had the lock since.
if ARGV[7] and ((redis.pcall('GET', KEYS[3]) or '') == ARGV[8] or redis.call('EXISTS', KEYS[4]) == 1) then
  -- Whoever was woken marks the lock when he takes it, because somebody is in the set.
  register()
  return 'C' .. string.format('%.0f', now() - 1000 + ARGV[7]) .. ',' .. ARGV[7]
end

if not redis.call('SET', KEYS[2], KEYS[1], 'PX', ARGV[3], 'NX') then
  local indexed = redis.pcall('GET', KEYS[2])
  if type(indexed) == 'table' then
    return 'F' .. redis.call('TYPE', KEYS[2]).ok
  elseif indexed == '' then
    return 'X'
  elseif indexed ~= KEYS[1] then
    return 'I'
  end
  -- Its lock is gone, deleted by hand; the index alone holds nothing.
  redis.call('SET', KEYS[2], KEYS[1], 'PX', ARGV[3])
end

local fence = redis.pcall('INCR', KEYS[3])
if type(fence) == 'table' then
  redis.call('DEL', KEYS[2])
  if string.find(fence.err, 'WRONGTYPE', 1, true) or string.find(fence.err, 'not an integer', 1, true) then
    return 'F' .. redis.call('TYPE', KEYS[3]).ok
  end
  return fence
end
if fence > MAX_FENCE then
  redis.call('DECR', KEYS[3])
  redis.call('DEL', KEYS[2])
  return 'O'
end

local last = '}'
if KEYS[4] then
  redis.pcall('ZREM', KEYS[4], ARGV[5])
  if redis.call('EXISTS', KEYS[4]) == 1 then
    last = WAITED
  end
end

local acquiredAt = now()
local expiresAt = acquiredAt + ARGV[2]
local digits = string.format('%015d', fence)
redis.call('SET', KEYS[1], '{"lockId":"' .. ARGV[1] .. '","expiresAtMs":' .. expiresAt .. ',"acquiredAtMs":' .. acquiredAt
  .. ',"fence":"' .. digits .. '","key":' .. ARGV[4] .. last, 'PX', ARGV[3])
return 'A' .. digits .. expiresAt
