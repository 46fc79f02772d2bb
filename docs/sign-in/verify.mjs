import { JwtVerifier } from "aws-jwt-verify";

const issuer = "http://localhost:7665/us-east-1_Demo00001";
const needed = "https://api.example.com/orders/read";
const verifier = JwtVerifier.create({
  issuer,
  audience: null, // Cognito's access tokens have none: they name their client in `client_id`
  customJwtCheck({ payload }) {
    if (payload.token_use !== "access") throw new Error("this is no access token");
    if (!payload.scope?.split(" ").includes(needed)) throw new Error(`the scope ${needed} is missing`);
  },
});
// The library fetches keys by https only, so it is handed them; on AWS this line goes.
verifier.cacheJwks(await (await fetch(`${issuer}/.well-known/jwks.json`)).json());

try {
  const { username, scope } = await verifier.verify(process.argv[2]);
  console.log(`${username ?? "a machine"} may: ${scope}`);
} catch (error) {
  console.log(`refused: ${error.message}`);
}
