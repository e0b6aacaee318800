import { madeSites, madeLongPlan } from '../bench/made-project.ts';
import { Workspace } from '../../packages/lsp/src/workspace/workspace.ts';
import { Checker } from '../../packages/lsp/src/workspace/checker.ts';
import { MemoryHost } from '../../packages/lsp/src/workspace/host.ts';
import { hover } from '../../packages/lsp/src/features/hover.ts';
const q=(a:number[],p:number)=>a.toSorted((x,y)=>x-y)[Math.min(a.length-1,Math.floor(a.length*p))]!.toFixed(1);
for (const [name,p] of [['sites 2000',madeSites(2000)],['long 2000',madeLongPlan(2000)],['sites 26000',madeSites(26000)],['long 26000',madeLongPlan(26000)]] as const) {
  const text=new TextDecoder().decode(((await p.host.read(p.entry)) as any).bytes);
  const checker=new Checker(); const w=new Workspace(new MemoryHost({'file:///w/files/service.conf':'x'}),'utf-16',checker);
  await w.setRoots([{uri:'file:///w',name:'w'}]);
  const uri='file:///w/plan.belay'; w.open(uri,text,1,true); await w.complete(uri);
  const lines=text.split('\n'); let at=-1; lines.forEach((l,i)=>{ if(l.includes('takes 10m')&&i<lines.length*0.7) at=i;});
  const col=lines[at]!.indexOf('10m');
  const T:Record<string,number[]>={}; const time=<R,>(k:string,f:()=>R)=>{const s=process.threadCpuUsage();const r=f();const e=process.threadCpuUsage(s);(T[k]??=[]).push((e.user+e.system)/1000);return r;};
  for(let i=0;i<(name.includes('26')?10:60);i++){
    time('change',()=>w.change(uri,i+2,[{range:{start:{line:at,character:col},end:{line:at,character:col+1}},text:String(1+i%9)}]));
    const f=time('file',()=>w.snapshot.file(uri)!);
    time('tree',()=>f.tree);
    time('judge',()=>checker.judge(f,w.snapshot));
    time('findings',()=>w.snapshot.findings(f));
    time('hover',()=>hover(w.snapshot,{textDocument:{uri},position:{line:at,character:10}}));
    if (i%3===0) { let d=false; while(!d) d=time('proof',()=>checker.prove(f,w.snapshot)); }
  }
  console.log(name,lines.length,Object.entries(T).map(([k,v])=>`${k} ${q(v,.5)}/${q(v,.95)}/${q(v,1)}`).join('  '),'heap',(process.memoryUsage().heapUsed/1e6).toFixed(0),'rss',(process.memoryUsage().rss/1e6).toFixed(0));
}
