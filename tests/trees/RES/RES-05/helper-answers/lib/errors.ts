export function toResponse(error: any): Response {
  console.error("model call failed", error);
  if (error.statusCode === 429) {
    return new Response("The provider is busy. Try again later.", { status: 429 });
  }
  return new Response("An unexpected error has occurred.", { status: 500 });
}

export function toDetails(error: any): Response {
  return new Response(error.message, { status: 500 });
}
