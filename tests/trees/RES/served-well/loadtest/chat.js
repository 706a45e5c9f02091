import http from "k6/http";

export const options = { thresholds: { http_req_duration: ["p(95)<8000"] } };

export default function () {
  http.post("http://localhost:8000/chat", JSON.stringify({ text: "hello" }));
}
