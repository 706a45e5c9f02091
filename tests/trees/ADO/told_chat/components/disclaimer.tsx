export function Disclaimer() {
  return <p className="note">Answers are AI-generated. Check important facts.</p>;
}
