import { checkedTitle, title } from "./title";

for (const text of process.argv.slice(2)) {
  console.log((await checkedTitle(text)) ?? (await title(text)));
}
