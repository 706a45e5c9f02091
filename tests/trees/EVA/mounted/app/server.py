"""The application."""

from fastapi import FastAPI

from app.answers import router

app = FastAPI()
app.include_router(router, prefix="/api/answers")
