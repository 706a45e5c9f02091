from pydantic import BaseModel, ConfigDict


class Product(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sku: str
    vector: list[float]
