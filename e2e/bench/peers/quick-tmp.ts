import { openBenchPage } from "./bench-page.ts";
const engines = process.argv[2]!.split(","), workloads = process.argv[3]!.split(","), ks = process.argv[4]!.split(",").map(Number);
const page = await openBenchPage();
try {
  for (const engine of engines as any[]) {
    console.log(engine, await page.ask(engine, {type:"start"}));
    for (const workload of workloads as any[]) for (const k of ks) {
      try {
      if (!process.env.NOCHECK) {
      await page.ask(engine, {type:"prepare", workload, k, noisy:false});
      const l:number[]=[]; for (let i=0;i<6;i++) { const t=performance.now(); const r = await page.ask(engine,{type:"run",steps:1}); l.push(r.loss); if (i==0) console.log("  first", r.ms.toFixed(0), r.jsMs.toFixed(0)); }
      const t20 = await page.ask(engine,{type:"run",steps:14});
      console.log(`${engine} ${workload} k=${k} clean losses`, l.map(x=>x.toFixed(6)).join(" "), "20:", t20.loss.toFixed(6)); }
      await page.ask(engine, {type:"prepare", workload, k, noisy:true});
      await page.ask(engine,{type:"run",steps:2});
      const w = await page.ask(engine,{type:"run",steps:3});
      const n = Math.max(1, Math.min(50, Math.floor(1500/(w.ms/3))));
      const ms:number[]=[], js:number[]=[]; let r:any;
      for (let i=0;i<3;i++){ r = await page.ask(engine,{type:"run",steps:n}); ms.push(r.ms/n); js.push(r.jsMs/n); }
      ms.sort((a,b)=>a-b); js.sort((a,b)=>a-b);
      console.log(`${engine} ${workload} k=${k} n=${n}: ms ${ms.map(x=>x.toFixed(2)).join("/")} js ${js[1]!.toFixed(2)} loss ${r.loss.toFixed(4)}`, JSON.stringify(Object.fromEntries(Object.entries(r.counts).map(([a,b]:any)=>[a, a=="peakDeviceBytes"?b:b/n]))));
      } catch (e:any) { console.log(`${engine} ${workload} k=${k} FAILED ${e.message}`); }
    }
  }
} finally { await page.close(); }
