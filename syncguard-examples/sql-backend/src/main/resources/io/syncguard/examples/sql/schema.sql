-- One row for each key that was ever locked. A row without an id is free, and keeps the key's counter.
create table if not exists syncguard_locks (
    lock_key varbinary(512) not null primary key,
    fence bigint not null check (fence between 0 and 900000000000000),
    lock_id varbinary(22) unique,
    acquired_millis bigint not null,
    expires_millis bigint not null
);

-- One row for each id that must not acquire any more, for a day.
create table if not exists syncguard_abandoned (
    lock_id varbinary(22) not null primary key,
    until_millis bigint not null
);

create index if not exists syncguard_abandoned_until on syncguard_abandoned (until_millis);

-- H2 alone needs this. Its current_timestamp stands still within a transaction, and it has no clock that does not.
create alias if not exists clock_timestamp for 'java.time.OffsetDateTime.now()';
