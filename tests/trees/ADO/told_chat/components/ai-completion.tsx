export function AiCompletion({ text, insert, clear }: Props) {
  return (
    <div>
      <p>{text}</p>
      <button onClick={() => insert(text)}>Insert</button>
      <button onClick={clear}>Discard</button>
    </div>
  );
}
