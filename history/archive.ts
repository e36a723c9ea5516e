/** Files of an artifact's zip archive, from somebody whom nobody trusts: in memory, bounded in number and size, whatever its directory claims. */
import { fromBuffer, type Entry, type ZipFile } from "yauzl";
import { JUnitReader, UnreadableReport, type TestCase } from "./junit";

/** Most bytes of an archive, and of all that is in it. The largest reports seen have 3 MB. */
export const LARGEST_ARCHIVE = 32 * 2 ** 20;
export const LARGEST_CONTENT = 128 * 2 ** 20;
const MOST_FILES = 64;

/**
 * The test cases of all reports in an archive.
 * @param clean takes out of names and messages what nobody may read
 * @throws UnreadableReport when one of them cannot be read, or the archive holds none or too much
 */
export async function casesOf(archive: Buffer, clean?: (text: string) => string): Promise<readonly TestCase[]> {
  if (archive.length > LARGEST_ARCHIVE) throw new UnreadableReport(`the archive has more than ${LARGEST_ARCHIVE} bytes`);
  const zip = await opened(archive);
  const cases: TestCase[] = [];
  let room = LARGEST_CONTENT;
  let files = 0;
  try {
    for await (const entry of entries(zip)) {
      if (entry.fileName.endsWith("/")) continue;
      files += 1;
      if (files > MOST_FILES) throw new UnreadableReport(`the archive has more than ${MOST_FILES} files`);
      if (!entry.fileName.endsWith(".xml")) continue;
      const { found, bytes } = await read(zip, entry, new JUnitReader(clean), room);
      room -= bytes;
      cases.push(...found);
    }
  } finally {
    zip.close();
  }
  if (files === 0) throw new UnreadableReport("the archive is empty");
  return cases;
}

function opened(archive: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) =>
    // Sizes are those of the directory, which may lie: what is read is counted.
    fromBuffer(archive, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => (error ? reject(notZip(error)) : resolve(zip))),
  );
}

async function* entries(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (result: () => void) => (): void => {
        zip.removeAllListeners();
        result();
      };
      zip.once("entry", (found: Entry) => settle(() => resolve(found))());
      zip.once("end", settle(() => resolve(undefined)));
      zip.once("error", (error: Error) => settle(() => reject(notZip(error)))());
      zip.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

async function read(zip: ZipFile, entry: Entry, reader: JUnitReader, room: number): Promise<{ readonly found: readonly TestCase[]; readonly bytes: number }> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => zip.openReadStream(entry, (error, opening) => (error ? reject(notZip(error)) : resolve(opening))));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > room) throw new UnreadableReport(`the archive holds more than ${LARGEST_CONTENT} bytes`);
      reader.write(decoder.decode(chunk, { stream: true }));
    }
    reader.write(decoder.decode());
  } catch (error) {
    throw error instanceof UnreadableReport ? error : notZip(error);
  }
  return { found: reader.end(), bytes };
}

function notZip(error: unknown): UnreadableReport {
  return new UnreadableReport(`the archive cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
}
