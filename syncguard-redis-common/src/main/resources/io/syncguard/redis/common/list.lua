-- Lists locks, of a few hundred keys at a time, so that nobody has to wait for it (LST-1). Changes nothing.
--
-- KEYS[1] what all names begin with
-- ARGV[1] cursor, ARGV[2] a pattern for the names of locks, ARGV[3] how many keys to look at
--
-- Replies: {"next":"<cursor>","now":<ms>,"locks":[[<how many wait>,"<JSON>"],...]}; the next cursor is 0 at the end. The number is -1
-- where the user may not ask for it.
-- The caller applies the liveness predicate with the server's now (TIME-2, TIME-4), and leaves out what is no lock of ours.
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local locks = {}
for _, name in ipairs(page[2]) do
  if string.sub(name, 1, #KEYS[1]) == KEYS[1] then
    local stored = string.sub(name, #KEYS[1] + 1)
    local first = string.match(stored, '^(%a+):')
    if first ~= 'id' and first ~= 'fence' and first ~= 'wait' then
      local value = redis.pcall('GET', name)
      if type(value) == 'string' and string.byte(value) == 123 then
        local waiting = redis.pcall('ZCARD', KEYS[1] .. 'wait:' .. stored)
        locks[#locks + 1] = {type(waiting) == 'number' and waiting or -1, value}
      end
    end
  end
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + (time[2] - time[2] % 1000) / 1000)
local list = #locks == 0 and '[]' or cjson.encode(locks)
return '{"next":"' .. page[1] .. '","now":' .. now .. ',"locks":' .. list .. '}'
