-- Puts locks there, as they lie after an acquire that nobody gave back.
--
-- ARGV[1] number of the first, ARGV[2] how many
for i = ARGV[1], ARGV[1] + ARGV[2] - 1 do
  local key = string.format('live:%012d', i)
  local id = string.format('%022d', i)
  redis.call('SET', 'syncguard:' .. key, '{"lockId":"' .. id .. '","expiresAtMs":1800000000000,"acquiredAtMs":1800000000000,'
    .. '"fence":"000000000000001","key":"' .. key .. '"}', 'PX', 3600000)
  redis.call('SET', 'syncguard:id:' .. id, 'syncguard:' .. key, 'PX', 3600000)
  redis.call('SET', 'syncguard:fence:' .. key, 1)
end
return 'done'
