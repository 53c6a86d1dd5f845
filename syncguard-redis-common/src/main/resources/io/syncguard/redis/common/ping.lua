-- Finds out whether locks can be acquired here (OPT-7), by a write that changes nothing and that the server refuses where it refuses
-- those of an acquire: as a replica, with a full memory, or when it cannot persist.
--
-- KEYS[1] a name that nothing has
--
-- Replies: P.
redis.call('SETRANGE', KEYS[1], 0, '')
return 'P'
