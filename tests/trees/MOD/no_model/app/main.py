from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order}")
def order(order: str) -> dict[str, str]:
    return {"order": order, "state": "shipped"}
