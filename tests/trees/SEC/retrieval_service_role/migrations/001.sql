create table chunks (id bigint primary key, owner uuid, content text, embedding vector(1536));
alter table chunks enable row level security;
create policy "own chunks" on chunks for select using (owner = auth.uid());
create or replace function match_chunks(query_embedding vector(1536), match_count int, file_ids uuid[] default null)
returns setof chunks language sql as $$
  select * from chunks order by embedding <=> query_embedding limit match_count;
$$;
