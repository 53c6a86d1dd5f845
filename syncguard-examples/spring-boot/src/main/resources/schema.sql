create table if not exists orders (
    id varchar(64) not null primary key,
    items integer default 0 not null,
    paid integer default 0 not null,
    -- The token of the last payment. JdbcFenceCheck writes it.
    fence bigint
);

create table if not exists sales_reports (
    written_at timestamp with time zone not null,
    written_by varchar(64) not null,
    items bigint not null,
    paid bigint not null
);
