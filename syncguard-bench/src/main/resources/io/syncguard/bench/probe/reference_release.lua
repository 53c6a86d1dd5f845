-- What server time is compared with: a release with the same layout that decodes the lock's JSON.
--
-- KEYS[1] reverse index
-- ARGV[1] lock id, ARGV[2] tolerance in ms
local key = redis.call('GET', KEYS[1])
if not key then
  return 0
end
local held = redis.call('GET', key)
if not held then
  return 0
end
local lock = cjson.decode(held)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if lock.lockId ~= ARGV[1] or lock.expiresAtMs <= now - ARGV[2] then
  return 0
end
redis.call('DEL', key, KEYS[1])
return 1
