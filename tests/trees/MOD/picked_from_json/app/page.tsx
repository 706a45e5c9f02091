import list from "@/lib/models.json";

export default function Page() {
  return <select>{list.models.map((model) => <option key={model.id}>{model.name}</option>)}</select>;
}
