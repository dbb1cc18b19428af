/** What was dropped or chosen, as a flat list: files with their relative paths, empty folders. */

export interface DroppedFile {
  /** Relative, with `/` between folders: `photos/2026/a.jpg`. */
  path: string;
  file: File;
}

export interface Dropped {
  files: DroppedFile[];
  /** Relative paths of folders without any file, each with `/` at its end. */
  emptyFolders: string[];
  /** How many files of the system were left out. */
  skipped: number;
}

/** Files that systems leave behind and nobody means to upload. */
const SYSTEM_FILES = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/**
 * Reads a drop, folders and all that is in them. Call it inside the event: the list of items is
 * emptied by the browser when the event ends.
 */
export async function readDrop(transfer: DataTransfer): Promise<Dropped> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  const present = entries.filter((entry) => entry !== null);
  const found: Dropped = { files: [], emptyFolders: [], skipped: 0 };
  for (const entry of present) await collect(entry, found);
  return found;
}

/** The files of an `<input type=file>`; a folder input tells their relative paths. */
export function readChosen(files: Iterable<File>): Dropped {
  const all = Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  const kept = all.filter(({ file }) => !SYSTEM_FILES.has(file.name));
  return { files: kept, emptyFolders: [], skipped: all.length - kept.length };
}

async function collect(entry: FileSystemEntry, found: Dropped): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry)) {
    if (SYSTEM_FILES.has(entry.name)) {
      found.skipped += 1;
      return;
    }
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.files.push({ path, file });
    return;
  }
  if (!isDirectory(entry)) return;
  const children = await readAll(entry.createReader());
  if (children.length === 0) found.emptyFolders.push(`${path}/`);
  for (const child of children) await collect(child, found);
}

/** A reader hands out at most a hundred entries a time; an empty batch is the end. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
