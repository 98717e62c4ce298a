import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** One import or re-export of a source file. */
export interface SourceImport {
  readonly from: string;
  /** The name of the package or module, or the path from the checkout for a file of pgwarden. */
  readonly target: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
}

/** Paths of the TypeScript files below a top-level folder. Empty if there is no such folder. */
export function sourceFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

export function readSource(path: string): string {
  return readFileSync(path, 'utf8');
}

export function importsOf(path: string): readonly SourceImport[] {
  return importsIn(path, readSource(path));
}

/** Imports in `text` as if it were the file at `path`: static imports, re-exports, and `import('...')`. */
export function importsIn(path: string, text: string): readonly SourceImport[] {
  const found: SourceImport[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const own = specifier.text.startsWith('.');
    const target = own ? normalize(join(dirname(path), specifier.text)) : specifier.text;
    found.push({ from: path, target, own, typeOnly });
  };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}
