create table file_items (
  id uuid primary key default uuid_generate_v4(),
  file_id uuid not null references files (id),
  content text not null,
  openai_embedding vector(1536)
);
