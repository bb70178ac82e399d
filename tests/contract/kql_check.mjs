// Checks KQL files with Microsoft's own parser, against the columns of the Resource Graph tables, or
// those of the Log Analytics workspace that the app logs to.
//
// Usage: node kql_check.mjs [--workspace] FILE...
// Prints one JSON array: {file, severity, code, message, line} for each diagnostic; nothing is hidden.
// Source of the columns: Microsoft Learn, "Understanding the Azure Resource Graph query language", and
// "Azure Monitor Logs reference", AppTraces and AppRequests.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next');

const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

const TABLES = [
  'Resources',
  'ResourceContainers',
  'ComputeResources',
  'NetworkResources',
  'AuthorizationResources',
  'ResourceChanges',
];
const COLUMNS =
  "(id: string, name: string, type: string, tenantId: string, ['kind']: string," +
  ' location: string, resourceGroup: string, subscriptionId: string, managedBy: string,' +
  ' sku: dynamic, plan: dynamic, properties: dynamic, tags: dynamic, identity: dynamic,' +
  ' zones: dynamic, extendedLocation: dynamic)';
const WORKSPACE = {
  AppTraces:
    '(TimeGenerated: datetime, Message: string, SeverityLevel: int, OperationId: string,' +
    ' OperationName: string, AppRoleName: string, AppRoleInstance: string, Properties: dynamic)',
  AppRequests:
    '(TimeGenerated: datetime, Name: string, OperationName: string, OperationId: string,' +
    ' DurationMs: real, Success: bool, ResultCode: string, AppRoleName: string, ItemCount: int)',
};

function resourceGraph() {
  const tables = TABLES.map((name) => Symbols.TableSymbol.From(COLUMNS).WithName(name));
  const database = new Symbols.DatabaseSymbol.$ctor2('ResourceGraph', null, tables);
  return GlobalState.Default.WithDatabase(database);
}

function workspace() {
  const tables = Object.entries(WORKSPACE).map(([name, columns]) =>
    Symbols.TableSymbol.From(columns).WithName(name),
  );
  const database = new Symbols.DatabaseSymbol.$ctor2('Workspace', null, tables);
  return GlobalState.Default.WithDatabase(database);
}

function diagnostics(file, globals) {
  const text = readFileSync(file, 'utf8');
  const found = KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => {
    const { Severity, Code, Message, Start } = found.getItem(index);
    const line = text.slice(0, Start).split('\n').length;
    return { file, severity: Severity, code: Code, message: Message, line };
  });
}

const named = process.argv.slice(2);
const globals = named[0] === '--workspace' ? workspace() : resourceGraph();
const files = named.filter((name) => name !== '--workspace');
const all = files.flatMap((file) => diagnostics(file, globals));
process.stdout.write(`${JSON.stringify(all)}\n`);
