import { Client, Folder } from './client.test-helpers.ts';
import { readFileSync } from 'node:fs';
const mem=(pid:number)=>{const s=readFileSync(`/proc/${pid}/status`,'utf8');return `rss ${(Number(/VmRSS:\s+(\d+)/.exec(s)![1])/1024).toFixed(0)} peak ${(Number(/VmHWM:\s+(\d+)/.exec(s)![1])/1024).toFixed(0)}`;};
const cpu=(pid:number)=>{const f=readFileSync(`/proc/${pid}/stat`,'utf8').split(') ')[1]!.split(' ');return (Number(f[11])+Number(f[12]))*10;};
const q=(a:number[],p:number)=>a.toSorted((x,y)=>x-y)[Math.min(a.length-1,Math.floor(a.length*p))]!.toFixed(1);
const services=Array.from({length:12},(_,i)=>`  service svc${i} {\n    component api on controllers { unit "svc${i}-api" }\n    component agent on computes { unit "svc${i}-agent"  lags svc${i}.api by 1 release }\n    database main { migrate run "svc${i} sync" }\n    keep svc${i}.api available except 10m\n  }\n`).join('');
const cloud=`use openstack\ncloud c {\n  group controllers { hosts "ctl[1:3]" }\n  group computes { hosts "cmp[1:40]"  spare 10% }\n  install run "zypper in \${package}"\n${services}}\n`;
const plan=(n:number)=>`import "cloud.belay"\nplan p${n} "Plan ${n}" {\n  on c\n  release juno -> kilo\n`+Array.from({length:19},(_,i)=>`  stage s${i} {\n    step a${i} "Move" {\n      on any controllers\n      run "svc-manage --n ${i}" \n      rewrites svc${i%12}.main\n      undo nothing "x"\n      takes 5m\n    }\n    restart svc${i%12}.api on first controllers { takes 1m }\n  }\n`).join('')+'}\n';
const files:Record<string,string>={'cloud.belay':cloud};
for(let i=0;i<499;i++) files[`p${i}.belay`]= i<400?plan(i):plan(i).replace('import "cloud.belay"\n',`import "other.belay"\n`);
files['other.belay']=cloud;
let lines=0; for(const t of Object.values(files)) lines+=t.split('\n').length;
const folder=new Folder(files);
const t0=performance.now();
const c=new Client(folder); await c.initialize({}); await c.open('p1.belay',files['p1.belay']!);
await c.findings('p1.belay',(_,v)=>v===1); console.log('files',Object.keys(files).length,'lines',lines,'first',(performance.now()-t0).toFixed(0),'cpu',cpu(c.process.pid!));
const s0=performance.now(); await c.request('workspace/symbol',{query:''}).catch(()=>0); 
await c.request('textDocument/references',{textDocument:{uri:folder.uri('cloud.belay')},position:{line:2,character:10},context:{includeDeclaration:true}}).then((r:any)=>console.log('refs',r?.length,(performance.now()-t0).toFixed(0),'cpu',cpu(c.process.pid!)));
let last=cpu(c.process.pid!); for(;;){await new Promise(r=>setTimeout(r,1500)); const now=cpu(c.process.pid!); if(now-last<60) break; last=now;}
console.log('all proven',(performance.now()-t0).toFixed(0),'cpu',cpu(c.process.pid!),mem(c.process.pid!));
await c.open('cloud.belay',cloud); let v=1; const times:number[]=[];const cpus:number[]=[];
await new Promise(r=>setTimeout(r,300));
for(let i=0;i<40;i++){ v++; const s=performance.now(),k=cpu(c.process.pid!); await c.insert('cloud.belay',v,3,0,' '); await c.findings('cloud.belay',(_,x)=>x===v); times.push(performance.now()-s);cpus.push(cpu(c.process.pid!)-k); await new Promise(r=>setTimeout(r,60)); }
console.log('hub key p50',q(times,.5),'p95',q(times,.95),'cpu avg',(cpus.reduce((a,b)=>a+b)/cpus.length).toFixed(1),mem(c.process.pid!));
await c.stop();
