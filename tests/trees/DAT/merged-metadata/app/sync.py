import sys
from pathlib import Path

from langchain.indexes import SQLRecordManager, index
from langchain_postgres import PGVector

from app.processors import Lines

keeper = SQLRecordManager("handbook", db_url="postgresql://db/app")
store = PGVector(connection="postgresql://db/app", embeddings=None, collection_name="handbook")


def sync(folder: Path) -> None:
    for path in folder.glob("*.txt"):
        index(Lines().process(path), keeper, store, cleanup="incremental", source_id_key="source")


if __name__ == "__main__":
    sync(Path(sys.argv[1]))
