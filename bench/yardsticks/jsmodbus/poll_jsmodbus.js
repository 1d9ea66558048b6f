// poll_jsmodbus.js - the same with jsmodbus (one net.Socket and TCP client object per unit id is its API; here
// one client per unit sharing the gateway socket would mix replies, so the unit is switched per request).
// usage: node poll_jsmodbus.js PORT GW UNITS REGS POLLS
const net=require('net'),J=require('jsmodbus');
const [port,gw,units,regs,lim]=process.argv.slice(2).map(Number);
let done=0,bad=0,started=0;
(async()=>{
  const cs=[];for(let g=0;g<gw;g++){const s=new net.Socket();const c=new J.client.TCP(s,1,5000);
    await new Promise((a,b)=>{s.on('connect',a);s.on('error',b);s.connect(port+g,'127.0.0.1');});s.setNoDelay(true);cs.push(c);}
  const t0=process.hrtime.bigint(),c0=process.cpuUsage();
  await Promise.all(cs.map(async(c,g)=>{const n=Math.floor(units/gw)+(g<units%gw?1:0);
    for(let u=0;started<lim;u++){started++;const id=1+u%n;c._unitId=id;c._requestHandler&&(c._requestHandler._unitId=id);c.requestHandler&&(c.requestHandler._unitId=id);
      try{const r=await c.readHoldingRegisters(0,regs);if(r.response.body.valuesAsArray.length!==regs||r.response.unitId!==id)bad++;}catch(e){bad++;if(bad<3)console.error(e);}
      done++;}}));
  const dt=Number(process.hrtime.bigint()-t0)/1e9,cu=process.cpuUsage(c0),cpu=(cu.user+cu.system)/1e6;
  console.log(`jsmodbus polls=${done} bad=${bad} wall_s=${dt.toFixed(2)} polls_s=${(done/dt).toFixed(0)} cpu_s_per_100k=${(cpu/done*1e5).toFixed(2)} maxrss_mb=${(process.resourceUsage().maxRSS/1024).toFixed(1)}`);
  process.exit(0);
})();
