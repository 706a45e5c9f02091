from typing import Optional

from pydantic import BaseModel


class Entry(BaseModel):
    url: Optional[str] = None
    text: Optional[str] = None
