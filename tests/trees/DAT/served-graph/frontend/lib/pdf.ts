import { PDFLoader } from "@langchain/community/document_loaders/fs/pdf";
import fs from "fs/promises";
import os from "os";
import path from "path";

export async function processPDF(file: File) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "pdf-"));
  const place = path.join(folder, file.name);
  await fs.writeFile(place, Buffer.from(await file.arrayBuffer()));
  return new PDFLoader(place).load();
}
