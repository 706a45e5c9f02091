export function Input() {
  return <textarea name="message" maxLength={2000} />;
}
