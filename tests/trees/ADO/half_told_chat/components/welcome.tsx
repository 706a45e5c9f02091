export function Welcome() {
  return <p>The assistant can make mistakes.</p>;
}
