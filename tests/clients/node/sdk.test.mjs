// The AWS SDK for JavaScript: the job, the names of its errors, and what this SDK does not check before sending.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  paginateListResourceServers,
  ResourceNotFoundException,
  ScopeDoesNotExistException,
} from "@aws-sdk/client-cognito-identity-provider";
import { CANCEL, cognito, createOrders, ORDERS, READ, startServer, WRITE } from "./poolpass.mjs";

let server, sdk, orders;
before(async () => {
  server = await startServer();
  sdk = server.cognito;
  orders = await createOrders(server);
});
after(() => server?.stop());

const violated = (...violations) => ({
  name: "InvalidParameterException",
  message: `${violations.length} validation error${violations.length > 1 ? "s" : ""} detected: ${violations.join("; ")}`,
});
const isNull = (member) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`;

test("a resource server is created, described, listed, updated and deleted", async () => {
  const named = { UserPoolId: orders.poolId, Identifier: "stock" };
  const Scopes = [{ ScopeName: "read", ScopeDescription: "May read" }];
  const created = { ...named, Name: "Stock", Scopes };
  assert.deepEqual((await sdk.createResourceServer(created)).ResourceServer, created);
  assert.deepEqual((await sdk.describeResourceServer(named)).ResourceServer, created);
  const updated = { ...named, Name: "Renamed" };
  assert.deepEqual((await sdk.updateResourceServer(updated)).ResourceServer, updated);
  const { ResourceServers } = await sdk.listResourceServers({ UserPoolId: orders.poolId });
  assert.deepEqual(ResourceServers.map((one) => one.Identifier), [ORDERS, "stock"]);
  await sdk.deleteResourceServer(named);
  await assert.rejects(sdk.describeResourceServer(named), {
    name: "ResourceNotFoundException",
    message: "Resource server stock does not exist.",
  });
});

test("a client is described as it was created", async () => {
  const named = { UserPoolId: orders.poolId, ClientId: orders.clientId };
  const { UserPoolClient } = await sdk.describeUserPoolClient(named);
  assert.equal(UserPoolClient.ClientSecret, orders.clientSecret);
  assert.deepEqual(UserPoolClient.AllowedOAuthScopes, [READ, WRITE]);
  assert.ok(UserPoolClient.CreationDate instanceof Date);
  assert.deepEqual(UserPoolClient.CreationDate, UserPoolClient.LastModifiedDate);
});

test("an error is an instance of its class, with its sentence, status and request id", async () => {
  const failure = await sdk.describeUserPool({ UserPoolId: "us-east-1_AAAAAAAAA" }).catch((error) => error);
  assert.ok(failure instanceof ResourceNotFoundException);
  assert.equal(failure.message, "User pool us-east-1_AAAAAAAAA does not exist.");
  assert.equal(failure.$metadata.httpStatusCode, 400);
  assert.match(failure.$metadata.requestId, /^[0-9a-f-]{36}$/);
});

test("an unknown scope on a client is named", async () => {
  const wanted = { UserPoolId: orders.poolId, ClientName: "other", AllowedOAuthScopes: [CANCEL, `${ORDERS}/missing`] };
  const failure = await sdk.createUserPoolClient(wanted).catch((error) => error);
  assert.ok(failure instanceof ScopeDoesNotExistException);
  assert.equal(failure.message, `Invalid scope requested: ${ORDERS}/missing`);
});

test("a required member that was not sent must not be null", async () => {
  const named = { UserPoolId: orders.poolId, Identifier: "stock" };
  await assert.rejects(sdk.createResourceServer(named), violated(isNull("name")));
  const Scopes = [{ ScopeName: "read" }];
  await assert.rejects(
    sdk.createResourceServer({ ...named, Name: "Stock", Scopes }),
    violated(isNull("scopes.1.member.scopeDescription")),
  );
  await assert.rejects(sdk.describeResourceServer(named), { name: "ResourceNotFoundException" });
});

test("several missing members are reported together", async () => {
  const failure = await sdk.describeUserPoolClient({}).catch((error) => error);
  const expected = [isNull("userPoolId"), isNull("clientId")];
  const sentences = failure.message.replace(/^2 validation errors detected: /, "").split("; ");
  assert.equal(failure.name, "InvalidParameterException");
  assert.deepEqual(sentences.sort(), expected.sort());
});

test("an empty list element is refused with every constraint of the element", async () => {
  const wanted = { UserPoolId: orders.poolId, ClientName: "other", LogoutURLs: [""] };
  await assert.rejects(
    sdk.createUserPoolClient(wanted),
    violated(
      "Value '[]' at 'logoutURLs' failed to satisfy constraint: Member must satisfy constraint: " +
        "[Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, " +
        "Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]",
    ),
  );
});

test("pages are followed to the end", async () => {
  const { UserPool } = await sdk.createUserPool({ PoolName: "pages" });
  for (const Identifier of ["a", "b", "c"]) {
    await sdk.createResourceServer({ UserPoolId: UserPool.Id, Identifier, Name: Identifier });
  }
  const pages = [];
  for await (const page of paginateListResourceServers({ client: sdk, pageSize: 2 }, { UserPoolId: UserPool.Id })) {
    pages.push(page.ResourceServers.map((one) => one.Identifier));
  }
  assert.deepEqual(pages, [["a", "b"], ["c"]]);
});

test("a pool answers in its own region only", async () => {
  const elsewhere = cognito(server.endpoint, "eu-west-1");
  await assert.rejects(elsewhere.describeUserPool({ UserPoolId: orders.poolId }), { name: "ResourceNotFoundException" });
});
