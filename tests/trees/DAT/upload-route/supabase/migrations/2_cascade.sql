alter table file_items drop constraint file_items_file_id_fkey;
alter table file_items
  add constraint file_items_file_id_fkey foreign key (file_id) references files (id) on delete cascade;
