// PostGraphile as its own pages advise: one role with row security and column grants, no explorer, errors masked.
import { createServer } from "node:http";
import pg from "pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const port = Number(process.env.PEER_PORT);
const pool = new pg.Pool({ max: 16 });
pool.on("error", () => {}); // the database goes before we do
const serving = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool, schemas: ["peer"] })],
  grafserv: { graphiql: false, websockets: false, watch: false },
  grafast: { explain: false },
}).createServ(grafserv);
const server = createServer();
await serving.addTo(server);
server.listen(port, "127.0.0.1");
