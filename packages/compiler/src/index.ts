/** The compiler's public interface: plain data, and functions without side effects. */
export { checkPlan, checkProject, type BoundPlan, type CheckOptions, type CheckResult, type CloudSummary, type PlanSummary } from './check.ts';
export { compilePlan, type CompileOptions } from './compile.ts';
export type { Diagnostic, DiagnosticKind, Fix, Level, RelatedPlace, TextEdit } from './diagnostics/diagnostic.ts';
export { explainStep, type StateRow, type StepExplanation, type StepWayBack } from './explain/explain-step.ts';
export { readJournal, type Journal, type JournalEvent, type JournalFault } from './journal/read-journal.ts';
export { summarizeJournal, type JournalSummary } from './journal/summary.ts';
export { loadProject } from './project/load.ts';
export { resolvePath } from './project/paths.ts';
export type { FileHost, MissingReason, Project, ReadResult } from './project/project.ts';
export { outputsOf, TARGETS, type Output, type Target } from './emit/outputs.ts';
export { emitAnsible, type ProjectFile } from './emit/ansible/index.ts';
export { emitShell } from './emit/shell/index.ts';
export type { Plan, ProofRow, ProofTable } from './plan/plan.ts';
export { parsePlan, stringifyPlan } from './plan/serialize.ts';
export { parse, type SyntaxTree } from './syntax/parse.ts';
export { provePlan, type ProofReport } from './prove.ts';
export { Source, type Location, type Position, type Span } from './text/source.ts';
