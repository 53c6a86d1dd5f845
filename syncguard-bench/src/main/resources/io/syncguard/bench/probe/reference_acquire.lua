-- What server time is compared with: an acquire with the same layout that decodes and encodes its JSON.
--
-- KEYS[1] lock, KEYS[2] reverse index, KEYS[3] fence counter
-- ARGV[1] lock id, ARGV[2] ttl in ms, ARGV[3] tolerance in ms, ARGV[4] key
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('GET', KEYS[1])
if held then
  local lock = cjson.decode(held)
  if lock.expiresAtMs > now - ARGV[3] then
    return 0
  end
end

local fence = string.format('%015d', redis.call('INCR', KEYS[3]))
local expiresAt = now + ARGV[2]
local value = cjson.encode({lockId = ARGV[1], expiresAtMs = expiresAt, acquiredAtMs = now, key = ARGV[4], fence = fence})
redis.call('SET', KEYS[1], value, 'PX', ARGV[2])
redis.call('SET', KEYS[2], KEYS[1], 'PX', ARGV[2])
return {1, fence, expiresAt}
