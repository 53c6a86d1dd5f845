-- Says what a server tells of itself, and which commands the user of this connection may not use, for tools that diagnose. Changes nothing.
--
-- KEYS[1] what all names begin with
-- ARGV[1] a channel of waiters, ARGV[2] '1' in a cluster
--
-- Replies: {"micros":<TIME>,"info":"<INFO>","node":"<its line of CLUSTER NODES>","asked":<bool>,"refused":["<command>",...]}
-- What the server or the user's permissions keep back is empty. Before Redis 7.0 a script cannot ask for permissions.
local name = KEYS[1] .. 'doctor'
local commands = {
  {'get', 'GET', name}, {'set', 'SET', name, ''}, {'setrange', 'SETRANGE', name, '0', ''}, {'del', 'DEL', name},
  {'exists', 'EXISTS', name}, {'pttl', 'PTTL', name}, {'pexpire', 'PEXPIRE', name, '1'}, {'type', 'TYPE', name},
  {'time', 'TIME'}, {'eval', 'EVAL', '', '1', name}, {'evalsha', 'EVALSHA', '', '1', name},
  {'zadd', 'ZADD', name, '0', ''}, {'zrange', 'ZRANGE', name, '0', '0'}, {'zrem', 'ZREM', name, ''},
  {'zpopmin', 'ZPOPMIN', name}, {'zcard', 'ZCARD', name}, {'scan', 'SCAN', '0'},
  {'memory|usage', 'MEMORY', 'USAGE', name}, {'info', 'INFO'}, {'config|get', 'CONFIG', 'GET', 'save'}, {'wait', 'WAIT', '0', '1'}
}
local listening
if ARGV[2] == '1' then
  listening = {
    {'spublish', 'SPUBLISH', ARGV[1], ''}, {'ssubscribe', 'SSUBSCRIBE', ARGV[1]}, {'sunsubscribe', 'SUNSUBSCRIBE'},
    {'cluster|slots', 'CLUSTER', 'SLOTS'}, {'cluster|nodes', 'CLUSTER', 'NODES'}, {'cluster|myid', 'CLUSTER', 'MYID'},
    {'asking', 'ASKING'}
  }
else
  listening = {{'publish', 'PUBLISH', ARGV[1], ''}, {'subscribe', 'SUBSCRIBE', ARGV[1]}, {'unsubscribe', 'UNSUBSCRIBE'}}
end
for _, command in ipairs(listening) do
  commands[#commands + 1] = command
end

local asked = redis.acl_check_cmd ~= nil
local refused = {}
if asked then
  for _, command in ipairs(commands) do
    -- One that the server does not know is an error, and nobody's fault.
    local known, allowed = pcall(redis.acl_check_cmd, unpack(command, 2))
    if known and not allowed then
      refused[#refused + 1] = command[1]
    end
  end
end

local function text(...)
  local reply = redis.pcall(...)
  return type(reply) == 'string' and reply or ''
end

local info, node = text('INFO'), ''
if ARGV[2] == '1' then
  info = info .. '\r\n' .. text('CLUSTER', 'INFO')
  for line in string.gmatch(text('CLUSTER', 'NODES'), '[^\n]+') do
    if string.find(line, 'myself', 1, true) then
      node = line
    end
  end
end
local time = redis.call('TIME')
return '{"micros":' .. string.format('%.0f', time[1] * 1000000 + time[2]) .. ',"info":' .. cjson.encode(info)
  .. ',"node":' .. cjson.encode(node) .. ',"asked":' .. tostring(asked)
  .. ',"refused":' .. (#refused == 0 and '[]' or cjson.encode(refused)) .. '}'
