/** Where models are kept: folders of files, in a browser's private file system or in memory. */
export interface Shelf {
  /** False where all of it is gone with the tab. */
  readonly lasting: boolean;
  folders(): Promise<string[]>;
  /** The content of a file, or null where there is none. */
  read(folder: string, file: string): Promise<Blob | null>;
  /**
   * Opens a file, and makes folder and file where they are missing, to write on from byte `at`; what lay behind is cut.
   * @throws ModelFileError where another tab writes to it
   */
  write(folder: string, file: string, at: number): Promise<FileWriter>;
  /** Removes a folder and all that is in it; does nothing where there is none. */
  remove(folder: string): Promise<void>;
  /** Bytes that are taken and that may be taken by all of this site, or null where the browser does not tell. */
  estimate(): Promise<Room | null>;
}

export interface FileWriter {
  /** @throws ModelFileError where there is no more room */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Keeps what was written. */
  close(): Promise<void>;
}

export interface Room {
  readonly usage: number;
  readonly quota: number;
}
