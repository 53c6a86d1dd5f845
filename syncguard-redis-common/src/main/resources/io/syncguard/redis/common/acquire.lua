-- Takes a lock: one attempt, one atomic step (ACQ-1).
--
-- KEYS[1] lock, KEYS[2] reverse index of the lock id, KEYS[3] fence counter
-- ARGV[1] lock id, ARGV[2] ttl in ms, ARGV[3] ttl plus tolerance in ms (TIME-3), ARGV[4] the key as a JSON string
-- ARGV[5], or ARGV[9] from a process that waits: after how many ms without use the counter expires, if it does (FEN-4)
--
-- From a process that waits, in addition (WAI-4):
-- KEYS[4] those that wait: a sorted set of processes by the moment they came
-- ARGV[5] the process, ARGV[6] for how long it has been waiting, in ms
-- ARGV[7] for how many ms more it leaves the lock to somebody it has woken, if it does (WAI-3); may be empty
-- ARGV[8] the fence counter when it woke him; may be empty
--
-- Replies, as one string:
--   A<fence, 15 digits><expiresAtMs>  the lock is the caller's, now or since an earlier acquire with this id (ACQ-3)
--   C<expiresAtMs>,<free in ms>       somebody else holds it (ACQ-2)
--   X                                 the id was abandoned before this request arrived (ACQ-4)
--   I                                 the id holds another key
--   O                                 the counter is exhausted; nothing was written (FEN-3)
--   F<type>                           a value we did not write is in the way; it was left alone (ERR-3)
-- Texts of 15 digits compare as numbers do. What the clock said in 2001 tells a token from most other texts, and costs less than a pattern.
local MAX_FENCE, FLOOR = '900000000000000', '100000000000000'
-- Those that wait come again at least every few seconds; a list that nobody comes back to goes.
local WAITING_MILLIS = 120000
-- How a lock ends that somebody waits for, so that its release looks for them, and no other does. The rest ends in a quote.
local WAITED, QUOTE = ',"waited":true}', 34

local call, try = redis.call, redis.pcall

-- The answer, once somebody else has the lock or is to have it first.
local contended

local held = try('GET', KEYS[1])
if held then
  if #held == 0 and type(held) == 'table' then
    -- Any other error, such as a missing permission, is raised by asking again.
    if not string.find(held.err, 'WRONGTYPE', 1, true) then
      return call('GET', KEYS[1])
    end
    return 'F' .. call('TYPE', KEYS[1]).ok
  end
  -- The fixed start of what we write, anchored at the first byte, so that no key inside the JSON can pretend; by its
  -- positions, because a pattern for all of it costs more than a command.
  local id, expiresAt, fence
  if string.find(held, '{"lockId":"', 1, true) == 1 and string.find(held, '","expiresAtMs":', 34, true) == 34 then
    id, expiresAt = string.sub(held, 12, 33), string.match(held, '^(%d+),', 50)
    if expiresAt and id == ARGV[1] then
      fence = string.match(held, '^"acquiredAtMs":%d+,"fence":"(%d+)",', 51 + #expiresAt)
    end
  end
  if not expiresAt or (id == ARGV[1] and not fence) then
    local ok, lock = pcall(cjson.decode, held)
    if not ok or type(lock) ~= 'table' or type(lock.lockId) ~= 'string' or type(lock.expiresAtMs) ~= 'number'
      or type(lock.fence) ~= 'string' or not string.match(lock.fence, '^%d+$') or #lock.fence ~= 15 then
      return 'Fstring'
    end
    id, expiresAt, fence = lock.lockId, string.format('%.0f', lock.expiresAtMs), lock.fence
  end
  local freeIn = call('PTTL', KEYS[1])
  if freeIn < 100 then
    -- About to go, a little after the liveness predicate says, which decides (TIME-2); or somebody took its expiry away.
    local time = call('TIME')
    freeIn = expiresAt + 1000 - time[1] * 1000 - (time[2] - time[2] % 1000) / 1000
  end
  if freeIn > 0 then
    if id == ARGV[1] then
      return 'A' .. fence .. expiresAt
    end
    contended = 'C' .. expiresAt .. ',' .. string.format('%.0f', freeIn)
    if KEYS[4] and string.byte(held, -2) == QUOTE then
      -- A server whose memory is full refuses it, which costs the wake-up and nothing more.
      try('SETRANGE', KEYS[1], #held - 1, WAITED)
    end
  end
end

if KEYS[4] then
  -- Once the counter has moved, somebody has had the lock since; whoever was woken marks the lock when he takes it, because
  -- somebody is in the set.
  local leaves = not contended and ARGV[7] and ARGV[7] ~= ''
    and ((try('GET', KEYS[3]) or '') == ARGV[8] or call('EXISTS', KEYS[4]) == 1)
  if contended or leaves then
    local time = call('TIME')
    local now = time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
    -- A value of somebody else's in place of the set costs the wake-up and nothing more.
    if try('ZADD', KEYS[4], 'NX', now - ARGV[6], ARGV[5]) == 1 then
      -- Nobody comes after now, unless the clock went back since: then this one stands behind whoever came last.
      local last = try('ZRANGE', KEYS[4], -1, -1, 'WITHSCORES')[2]
      if last and tonumber(last) > now then
        try('ZADD', KEYS[4], 'XX', tonumber(last) + 1, ARGV[5])
      end
    end
    try('PEXPIRE', KEYS[4], WAITING_MILLIS)
    return contended or 'C' .. string.format('%.0f', now - 1000 + ARGV[7]) .. ',' .. ARGV[7]
  end
elseif contended then
  return contended
end

-- Asked before anything is written: a user who may not ask is refused with nothing done. Seconds and microseconds are texts, and are put
-- together as such, which costs less than arithmetic.
local time = call('TIME')
local micros, sub = time[2], string.sub
if #micros < 6 then
  micros = string.rep('0', 6 - #micros) .. micros
end

if not call('SET', KEYS[2], KEYS[1], 'PX', ARGV[3], 'NX') then
  local indexed = try('GET', KEYS[2])
  if type(indexed) == 'table' then
    if not string.find(indexed.err, 'WRONGTYPE', 1, true) then
      return call('GET', KEYS[2])
    end
    return 'F' .. call('TYPE', KEYS[2]).ok
  elseif indexed == '' then
    return 'X'
  elseif indexed ~= KEYS[1] then
    return 'I'
  end
  -- Its lock is gone, deleted by hand; the index alone holds nothing.
  call('SET', KEYS[2], KEYS[1], 'PX', ARGV[3])
end

-- The server's clock in units of 10 µs, unless the counter is there already (FEN-1).
local now = time[1] .. sub(micros, 1, 3)
local fence = now .. sub(micros, 4, 5)
local retention = ARGV[KEYS[4] and 9 or 5]
local last
if retention then
  last = try('SET', KEYS[3], fence, 'GET', 'PX', retention)
else
  last = try('SET', KEYS[3], fence, 'GET')
end
if fence > MAX_FENCE or #fence ~= 15 or last and (#last ~= 15 or last >= fence or last < FLOOR) then
  if type(last) == 'table' then
    call('DEL', KEYS[2])
    if string.find(last.err, 'WRONGTYPE', 1, true) then
      return 'F' .. call('TYPE', KEYS[3]).ok
    end
    return last
  end
  local count = not last and 0 or string.find(last, '^%d+$') and tonumber(last)
  -- A clock beyond the last token does not count, nor one of the years before 2001.
  local clock = #fence == 15 and fence <= MAX_FENCE and tonumber(fence) or 0
  local refused = not count and 'Fstring' or count >= tonumber(MAX_FENCE) and 'O'
  -- What is refused is left as it was, but for an expiry of its own, which nobody can put back.
  local put = refused and last or string.format('%.0f', math.max(count + 1, clock))
  if retention and not refused then
    call('SET', KEYS[3], put, 'PX', retention)
  else
    call('SET', KEYS[3], put)
  end
  if refused then
    call('DEL', KEYS[2])
    return refused
  end
  fence = string.rep('0', 15 - #put) .. put
end

local tail = '}'
if KEYS[4] then
  try('ZREM', KEYS[4], ARGV[5])
  if try('EXISTS', KEYS[4]) == 1 then
    tail = WAITED
  end
end

-- %d makes text of a number faster than "..", which is %.14g inside.
local expiresAt = string.format('%d', now + ARGV[2])
call('SET', KEYS[1], '{"lockId":"' .. ARGV[1] .. '","expiresAtMs":' .. expiresAt .. ',"acquiredAtMs":' .. now
  .. ',"fence":"' .. fence .. '","key":' .. ARGV[4] .. tail, 'PX', ARGV[3])
return 'A' .. fence .. expiresAt
