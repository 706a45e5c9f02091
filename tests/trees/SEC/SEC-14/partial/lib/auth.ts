export async function auth() {
  return { user: { id: "u" } };
}
