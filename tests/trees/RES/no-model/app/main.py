import requests


def weather(city: str) -> dict:
    return requests.get("https://api.example.com/weather", params={"q": city}).json()
