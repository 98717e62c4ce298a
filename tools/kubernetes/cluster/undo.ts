type Undo = () => Promise<unknown>;

/** Actions that undo what the cluster changed when it stops. The last one comes first. */
export interface UndoList {
  readonly add: (undo: Undo) => void;
  /** Runs all actions, even after one of them failed. Then throws an error with the failures. */
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
      throw new AggregateError(
        failures,
        `the cluster could not remove everything: ${failures.join('; ')}`,
      );
    },
  };
}
