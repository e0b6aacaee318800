import type { Analysis, Location as Place, PlanModel } from '@belay/compiler/analysis';
import {
  CallHierarchyIncomingCallsRequest, CallHierarchyOutgoingCallsRequest, CallHierarchyPrepareRequest, ErrorCodes, ResponseError, SymbolKind, type CallHierarchyIncomingCall, type CallHierarchyItem,
  type CallHierarchyOutgoingCall, type CallHierarchyPrepareParams, type Range,
} from 'vscode-languageserver';
import { symbolAt } from '../symbols/references.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { statementPath } from './statement-path.ts';
import { neighborsOf, stepsOfPlan, type PlacedStep } from './step-neighbors.ts';

/** More items than this are not shown at once. */
const MOST_ITEMS = 200;

/** By what an item is found again; a step by its number among those of its plan. */
type ItemData =
  | { readonly kind: 'service'; readonly uri: string; readonly cloud: string; readonly service: string }
  | { readonly kind: 'step'; readonly uri: string; readonly plan: string; readonly cloud: string; readonly step: string };

type Cloud = Analysis['clouds'][number];

/** The services or steps under the cursor, to ask what must come before them, and what waits for them. */
export function prepareCallHierarchy(snapshot: Snapshot, { textDocument, position }: CallHierarchyPrepareParams): CallHierarchyItem[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const symbol = symbolAt(file, offset, snapshot);
  const services = symbol?.declarations.filter(({ kind }) => kind === 'service') ?? [];
  if (services.length > 0) {
    const items = services.flatMap(({ file: home, scope, label }) => {
      const at = scope.statement?.arguments['name'];
      const cloud = snapshot.analysis(home)?.clouds.find(({ location }) => at !== undefined && location.file === home.path && location.start === at.start);
      return cloud === undefined ? [] : serviceItem(cloud, label, home, snapshot);
    });
    return items.length === 0 ? null : items;
  }
  const path = statementPath(file.tree.statements, offset).toReversed();
  const items = (snapshot.analysis(file)?.plans ?? []).flatMap(({ plan, graph }) => {
    const own = stepsOfPlan(graph).filter(({ step }) => step.location.file === file.path);
    const here = own.filter(({ step: { location } }) => location.start <= offset && offset <= location.end);
    // Of a roll and a step in its body the inner one is meant; in the block of a step that step.
    const start = here.length > 0 ? Math.max(...here.map(({ step }) => step.location.start)) : path.find((one) => own.some(({ step }) => step.location.start === one.start))?.start;
    return own.filter(({ step }) => step.location.start === start).slice(0, MOST_ITEMS).flatMap((one) => stepItem(one, plan, file, snapshot));
  });
  return items.length === 0 ? null : items.slice(0, MOST_ITEMS);
}

/** What waits for an item: the services that need a service, the steps right behind a step. */
export function incomingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyIncomingCall[] | null {
  const data = dataOf(item);
  const home = snapshot.file(data.uri);
  if (home === undefined) return null;
  if (data.kind === 'step') return neighbors(data, home, snapshot, 'later').map((from) => ({ from, fromRanges: [from.selectionRange] }));
  const cloud = cloudOf(data, home, snapshot);
  return [...(cloud?.services.values() ?? [])].flatMap((service) => {
    const needs = service.needs.filter((need) => need.service === data.service);
    const [from] = cloud === undefined || needs.length === 0 ? [] : serviceItem(cloud, service.name, home, snapshot);
    return from === undefined ? [] : [{ from, fromRanges: rangesIn(needs, from.uri, home, snapshot) }];
  }).slice(0, MOST_ITEMS);
}

/** What must come before an item: the services that a service needs, the steps right before a step. */
export function outgoingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyOutgoingCall[] | null {
  const data = dataOf(item);
  const home = snapshot.file(data.uri);
  if (home === undefined) return null;
  if (data.kind === 'step') return neighbors(data, home, snapshot, 'earlier').map((to) => ({ to, fromRanges: [item.selectionRange] }));
  const cloud = cloudOf(data, home, snapshot);
  const needs = cloud?.services.get(data.service)?.needs ?? [];
  return [...new Set(needs.map(({ service }) => service))].flatMap((needed) => {
    const [to] = cloud === undefined ? [] : serviceItem(cloud, needed, home, snapshot);
    return to === undefined ? [] : [{ to, fromRanges: rangesIn(needs.filter(({ service }) => service === needed), item.uri, home, snapshot) }];
  }).slice(0, MOST_ITEMS);
}

function neighbors(data: ItemData & { kind: 'step' }, home: WorkspaceFile, snapshot: Snapshot, direction: 'earlier' | 'later'): CallHierarchyItem[] {
  const analyzed = snapshot.analysis(home)?.plans.find(({ plan }) => plan.name === data.plan && plan.cloud.name === data.cloud);
  const step = analyzed === undefined ? undefined : stepsOfPlan(analyzed.graph).find((one) => one.step.id === data.step);
  if (analyzed === undefined || step === undefined) return [];
  return neighborsOf(step, direction).slice(0, MOST_ITEMS).flatMap((one) => stepItem(one, analyzed.plan, home, snapshot));
}

function cloudOf(data: ItemData, home: WorkspaceFile, snapshot: Snapshot): Cloud | undefined {
  return snapshot.analysis(home)?.clouds.find(({ name }) => name === data.cloud);
}

function serviceItem(cloud: Cloud, name: string, home: WorkspaceFile, snapshot: Snapshot): CallHierarchyItem[] {
  const service = cloud.services.get(name);
  const file = service === undefined ? undefined : snapshot.fileAt(home.root, service.location.file);
  if (service === undefined || file === undefined) return [];
  const data: ItemData = { kind: 'service', uri: home.uri, cloud: cloud.name, service: name };
  return [{ name, kind: SymbolKind.Module, detail: service.title ?? `service of ${cloud.name}`, uri: file.uri, range: file.range(service.location), selectionRange: file.range(service.location), data }];
}

function stepItem({ step }: PlacedStep, plan: PlanModel, home: WorkspaceFile, snapshot: Snapshot): CallHierarchyItem[] {
  const file = snapshot.fileAt(home.root, step.location.file);
  if (file === undefined) return [];
  const data: ItemData = { kind: 'step', uri: home.uri, plan: plan.name, cloud: plan.cloud.name, step: step.id };
  const range = file.range(step.location);
  return [{ name: step.id, kind: SymbolKind.Method, detail: step.title ?? `step of ${plan.name}`, uri: file.uri, range, selectionRange: range, data }];
}

function rangesIn(needs: readonly { readonly location: Place }[], uri: string, { root }: WorkspaceFile, snapshot: Snapshot): Range[] {
  return needs.flatMap(({ location }) => {
    const file = snapshot.fileAt(root, location.file);
    return file?.uri === uri ? [file.range(location)] : [];
  });
}

/** @throws ResponseError if the server did not give the item */
function dataOf({ data }: CallHierarchyItem): ItemData {
  const given = data as Partial<Record<'uri' | 'cloud' | 'service' | 'plan' | 'step' | 'kind', unknown>> | undefined;
  const texts = given?.kind === 'service' ? [given.uri, given.cloud, given.service] : given?.kind === 'step' ? [given.uri, given.plan, given.cloud, given.step] : [undefined];
  if (!texts.every((one) => typeof one === 'string')) throw new ResponseError(ErrorCodes.InvalidParams, 'callHierarchy: this item was not given by the server.');
  return given as ItemData;
}

export const prepareCallHierarchyFeature = feature(CallHierarchyPrepareRequest.type, {
  summary: 'The service or the steps under the cursor.',
  capabilities: { callHierarchyProvider: true },
  answer: prepareCallHierarchy,
});

export const incomingCallsFeature = feature(CallHierarchyIncomingCallsRequest.type, {
  summary: 'What waits for it: services that need a service, steps right behind a step.',
  capabilities: { callHierarchyProvider: true },
  answer: (snapshot, { item }) => incomingCalls(snapshot, item),
});

export const outgoingCallsFeature = feature(CallHierarchyOutgoingCallsRequest.type, {
  summary: 'What must come before it: services that a service needs, steps right before a step.',
  capabilities: { callHierarchyProvider: true },
  answer: (snapshot, { item }) => outgoingCalls(snapshot, item),
});
