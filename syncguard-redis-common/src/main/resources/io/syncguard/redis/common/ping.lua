-- Finds out whether locks can be acquired here (OPT-7), by a write that changes nothing and that the server refuses where it refuses
-- those of an acquire: as a replica, with a full memory, when it cannot persist, or because it is older than Redis 6.2 and knows no
-- SET with GET.
--
-- KEYS[1] a name that nothing has
--
-- Replies: P.
redis.call('SET', KEYS[1], '', 'XX', 'GET')
return 'P'
