//! What `--create-missing` makes gets a token through to every route that asks for one.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::world::{World, program};

/// A REST API with a method for scopes, one for a built-in scope, one for both, and one without any, which wants ID tokens.
const REST: &str = "
swagger: '2.0'
paths:
  /books: { get: { security: [{ readers: [library/read] }] } }
  /mail: { get: { security: [{ readers: [email] }] } }
  /both: { get: { security: [{ readers: [library/write, phone] }] } }
  /me: { get: { security: [{ readers: [] }] } }
securityDefinitions:
  readers:
    type: apiKey
    name: Authorization
    in: header
    x-amazon-apigateway-authtype: cognito_user_pools
    x-amazon-apigateway-authorizer:
      type: cognito_user_pools
      providerARNs: ['arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Library01']
";

/// An HTTP API, with its audiences and the scopes of its two routes.
fn http(audiences: &str, scopes: [&str; 2]) -> String {
    format!(
        "
openapi: 3.0.1
paths:
  /a: {{ get: {{ security: [{{ jwt: [{}] }}] }} }}
  /b: {{ get: {{ security: [{{ jwt: [{}] }}] }} }}
components:
  securitySchemes:
    jwt:
      type: oauth2
      x-amazon-apigateway-authorizer:
        type: jwt
        jwtConfiguration:
          issuer: https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Library01
          audience: [{audiences}]
",
        scopes[0], scopes[1]
    )
}

fn command(api: &str) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, "");
    fs::write(folder.path().join("api.yaml"), api).unwrap();
    command.args(["serve", "--gateway", "api.yaml", "--gateway-mode", "mock", "--create-missing"]);
    command.args(["--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--store", "memory"]);
    (folder, command)
}

fn serve(api: &str) -> World {
    let (folder, mut command) = command(api);
    World::of(command.arg("--ready-json"), Some(folder))
}

/// A token for the client of this position, for itself or for its user.
fn token(world: &World, position: usize, kind: &str) -> String {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (made, endpoint) = (&world.ready["made"][position], text(&world.ready["endpoint"]));
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    command.env_clear().args(["token", kind, "--endpoint", &endpoint, "--client", &text(&made["client_id"])]);
    match made["user"].as_str() {
        Some(user) => command.args(["--user", user, "--password", &text(&made["password"])]),
        None => command.args(["--secret", &text(&made["client_secret"])]),
    };
    let done = command.output().expect("the program runs");
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// The status of each path with this token.
fn statuses(world: &World, paths: &[&str], token: &str) -> Vec<u16> {
    paths.iter().map(|path| world.get(&world.url("api", path), token).status).collect()
}

#[test]
fn every_route_of_a_rest_api_has_a_token_that_it_takes() {
    let world = serve(REST);
    assert_eq!(world.ready["made"].as_array().map(Vec::len), Some(2));
    let paths = ["/books", "/mail", "/both", "/me"];
    assert_eq!(statuses(&world, &paths, &token(&world, 0, "--raw")), [200, 401, 200, 401], "the client by itself");
    assert_eq!(statuses(&world, &paths, &token(&world, 1, "--raw")), [200, 200, 200, 401], "the user's access token");
    assert_eq!(statuses(&world, &paths, &token(&world, 1, "--id-token")), [401, 401, 401, 200], "the user's ID token");
}

#[test]
fn where_one_client_is_asked_for_it_gets_every_token_that_is() {
    for (audiences, scopes, made) in [
        ("web", ["library/read", "email"], json!(["web"])),
        ("web", ["library/read", ""], json!(["web"])),
        ("web", ["", ""], json!(["web"])),
        ("machine, web", ["library/read", "email"], json!(["machine", "web"])),
    ] {
        let world = serve(&http(audiences, scopes));
        let clients: Vec<_> = world.ready["made"].as_array().unwrap().iter().map(|made| &made["client_id"]).collect();
        assert_eq!(json!(clients), made);
        let last = token(&world, clients.len() - 1, "--raw");
        assert_eq!(statuses(&world, &["/a", "/b"], &last), [200, 200], "{audiences}: {scopes:?}");
    }
}

#[test]
fn a_client_by_itself_is_all_that_scopes_of_apis_need() {
    let world = serve(&http("web", ["library/read", ""]));
    assert_eq!(world.ready["made"][0]["user"], Value::Null);
    assert_eq!(statuses(&world, &["/a", "/b"], &token(&world, 0, "--raw")), [200, 200]);
}

#[test]
fn the_banner_says_how_to_get_each_token() {
    let (_folder, mut command) = command(REST);
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut banner = String::new();
    output.read_line(&mut banner).unwrap();
    assert!(Command::new("kill").arg(process.id().to_string()).status().unwrap().success());
    output.read_to_string(&mut banner).unwrap();
    process.wait().unwrap();
    for text in [
        "  sign in  http://localhost:",
        " -d grant_type=client_credentials http://localhost:",
        "A client of eu-west-1_Library01 for people: id ",
        "the user somebody has the password Somebody-1",
        "  poolpass token --endpoint http://localhost:",
        " --user somebody --raw",
        " --user somebody --id-token",
    ] {
        assert!(banner.contains(text), "{text}\n{banner}");
    }
}

/// A template whose resource server defines one of the two scopes that its methods ask for.
const TEMPLATE: &str = "
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Server:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties: { UserPoolId: !Ref Pool, Identifier: shop, Scopes: [{ ScopeName: read, ScopeDescription: read }] }
  Api:
    Type: AWS::Serverless::Api
    Properties: { Auth: { DefaultAuthorizer: Users, Authorizers: { Users: { UserPoolArn: !GetAtt Pool.Arn } } } }
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        A:
          Type: Api
          Properties:
            { RestApiId: !Ref Api, Path: /a, Method: get, Auth: { Authorizer: Users, AuthorizationScopes: [shop/read] } }
        B:
          Type: Api
          Properties:
            { RestApiId: !Ref Api, Path: /b, Method: get, Auth: { Authorizer: Users, AuthorizationScopes: [shop/write] } }
";

#[test]
fn a_scope_that_the_file_itself_does_not_define_is_named_and_not_made() {
    let (folder, mut command) = command(TEMPLATE);
    let listed = program(&folder, "").args(["routes", "api.yaml"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let note =
        "api.yaml:21: `GET /b` asks for `shop/write`, which the resource server `Server` of this file does not define";
    assert!(listed.contains(note), "{listed}");
    let world = World::of(command.arg("--ready-json"), Some(folder));
    let token = token(&world, 0, "--raw");
    assert_eq!(statuses(&world, &["/a", "/b"], &token), [200, 401]);
    let made = &world.ready["made"][0];
    let text = |key: &str| made[key].as_str().expect("a text");
    let endpoint = world.ready["endpoint"].as_str().expect("a URL");
    let mut asking = Command::new(env!("CARGO_BIN_EXE_poolpass"));
    asking.env_clear().args(["token", "--endpoint", endpoint, "--scope", "shop/write"]);
    let asked = asking.args(["--client", text("client_id"), "--secret", text("client_secret")]).output().unwrap();
    assert!(String::from_utf8_lossy(&asked.stderr).contains("invalid_scope"), "{asked:?}");
}

#[test]
fn an_expression_for_the_audience_that_lets_nobody_in_is_noted() {
    let noted = |expression: &str| {
        let source = format!(
            "      identitySource: method.request.header.Authorization\n      identityValidationExpression: '{expression}'\n"
        );
        let (folder, _) = command(&format!("{}{source}", REST.trim_end_matches('\n').to_owned() + "\n"));
        let yaml = "gateways: [{ name: api, mode: mock, import: api.yaml, create_missing: true }]\npools: [{ id: us-east-1_Other0001 }]\n";
        let done = program(&folder, yaml).args(["routes", "poolpass.yaml"]).output().unwrap();
        let told = String::from_utf8(done.stdout).unwrap() + &String::from_utf8_lossy(&done.stderr);
        told.lines().filter_map(|line| line.trim().strip_prefix("note: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let scopes = |key: &str, expression: &str| {
        format!(
            "`{key}` takes no token: it asks for scopes, which only access tokens have, and `readers` wants an `aud` that \
             matches `{expression}`, which they do not have"
        )
    };
    let made = "`GET /me` takes no token of the client that is made for it: its id does not match `abc.*` of `readers`; \
                declare the pool with a client whose id does";
    let with_scopes =
        |expression: &str| ["/books", "/mail", "/both"].map(|path| scopes(&format!("GET {path}"), expression));
    let mut expected = with_scopes("abc.*").to_vec();
    expected.push(made.to_owned());
    assert_eq!(noted("abc.*"), expected);
    assert_eq!(noted(".*"), with_scopes(".*"), "every client matches that");
}
