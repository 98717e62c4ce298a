type Undo = () => Promise<unknown>;

/** What has to be undone when the cluster stops, last thing first. */
export interface UndoList {
  readonly add: (undo: Undo) => void;
  /** Undoes everything, also after one of them failed; then throws what failed. */
  readonly run: () => Promise<void>;
}

export function undoList(): UndoList {
  const undos: Undo[] = [];
  return {
    add: (undo) => undos.push(undo),
    async run() {
      const failures: unknown[] = [];
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        await undo().catch((error: unknown) => failures.push(error));
      }
      if (failures.length === 0) return;
      throw new AggregateError(failures, `the cluster left something: ${failures.join('; ')}`);
    },
  };
}
