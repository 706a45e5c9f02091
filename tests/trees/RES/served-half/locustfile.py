from locust import HttpUser, task


class Visitor(HttpUser):
    @task
    def chat(self) -> None:
        self.client.post("/chat", params={"text": "hello"})
