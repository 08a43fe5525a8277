import { integerCases, integerImage } from "./integer-32.ts";
import { runBochs, runHere } from "../bochs/harness.ts";
const all = integerCases(Number(process.argv[2]??2), Number(process.argv[3]??1)); console.log(all.length);
const bad:any[]=[];
for (let i=0;i<all.length;i+=400){ const part=all.slice(i,i+400); const img=integerImage(part); const t0=Date.now(); const here=runHere(img).split("\n"); const t1=Date.now(); const there=(await runBochs(img)).split("\n"); console.log(img.length,here.length,there.length,here.at(-2),there.at(-2),t1-t0,Date.now()-t1);
 part.forEach((c,k)=>{ if(here[k]!==there[k]) bad.push(c); }); }
console.log("bad",bad.length, [...new Set(bad.map(b=>b.id))].join(" "));
for (const id of [...new Set(bad.map(b=>b.id))].slice(0,12)){ const c=bad.find(b=>b.id===id)!; const img=integerImage([c],true); const h=runHere(img).split("\n"), b=(await runBochs(img)).split("\n"); let n=0; for(let k=0;k<h.length&&n<2;k++) if(h[k]!==b[k]){ n++; const H=h[k]!.split(" "),B=b[k]?.split(" ")??[]; console.log(id,Buffer.from(c.code).toString("hex"),"iter",k, H.map((x:string,j:number)=>x===B[j]?"":`${["eax","ecx","edx","ebx","ebp","esi","edi","esp","fl"][j]??"m"+(j-9)}: here ${x} bochs ${B[j]}`).filter(Boolean).join(", "), "| eax",H[0],"ecx",H[1],"edx",H[2],"ebx",H[3],"ebp",H[4],"esi",H[5],"edi",H[6]); } }
