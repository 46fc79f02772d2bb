//! No file makes the import panic, or open what it declares closed.

use std::fmt::Write as _;
use std::path::Path;

use poolpass::domain::gateway::route::{Access, Route};
use poolpass::import::{Ties, read};
use proptest::prelude::*;

fn ties() -> Ties {
    Ties { create_missing: true, ..Ties::default() }
}

/// Pieces of which documents can be put together that are nearly right.
const PIECES: &[&str] = &[
    "openapi: 3.0.1\n",
    "swagger: '2.0'\n",
    "paths:\n",
    "  /a/{b+}:\n",
    "    get:\n",
    "      security:\n",
    "        - s: [a/b]\n",
    "components:\n",
    "  securitySchemes:\n",
    "    s:\n",
    "      type: apiKey\n",
    "      x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [!Ref P]}\n",
    "Resources:\n",
    "  A:\n",
    "    Type: AWS::ApiGateway::RestApi\n",
    "    Type: AWS::Serverless::Function\n",
    "    Properties:\n",
    "      Events: {E: {Type: HttpApi}}\n",
    "      Body:\n",
    "      Auth: !If [c, {}, !Ref AWS::NoValue]\n",
    "Conditions:\n",
    "  c: !Equals [!Ref a, !Sub '${c}']\n",
    "&a ",
    "*a\n",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "!Sub ",
    "!GetAtt ",
    "'",
    "\"",
    "\t",
    "\n",
    "<<: *a\n",
    "${",
    "}",
    "é",
    "\u{0}",
    "|\n",
    "? ",
    "#",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let text = String::from_utf8_lossy(&bytes);
        let result = read(Path::new("any"), &text, &ties());
        prop_assert!(result.is_err() || !text.is_empty());
    }

    #[test]
    fn any_pieces_are_read_or_refused(picked in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = picked.concat();
        if let Err(error) = read(Path::new("pieces.yaml"), &text, &ties()) {
            prop_assert!(error.to_string().starts_with("pieces.yaml"), "{error}");
        }
    }

    #[test]
    fn what_asks_for_an_authorizer_is_never_open(name in "[A-Za-z]{1,8}", kind in "[a-z_]{0,20}", arn in ".{0,40}") {
        let document = serde_json::json!({
            "openapi": "3.0.1",
            "paths": {"/a": {"get": {"security": [{&name: ["x/y"]}]}}},
            "components": {"securitySchemes": {"Scheme": {
                "type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authorizer": {"type": kind, "providerARNs": [arn]},
            }}},
        });
        let result = read(Path::new("a.json"), &document.to_string(), &ties());
        if let Ok(imported) = result {
            prop_assert!(imported.api.routes.iter().all(|route| !matches!(route.access, Access::Open)));
        }
    }
}

/// The routes of an OpenAPI document with these paths, and what is said about it.
fn routes_of(paths: &str) -> (Vec<Route>, Vec<String>) {
    let text = format!("openapi: 3.0.1\npaths:\n{paths}\nx: {{post: {{}}, get: {{security: [{{users: []}}]}}}}\n");
    let imported = read(Path::new("a.yaml"), &text, &ties()).expect("an API");
    (imported.api.routes, imported.notes.into_iter().map(|note| note.text).collect())
}

#[test]
fn security_that_is_none_closes_its_route() {
    for security in
        ["[users]", "[[users]]", "[~]", "[users, {}]", "[{users: []}, x]", "users", "{users: []}", "{}", "~"]
    {
        let (routes, _) = routes_of(&format!("  /a: {{get: {{security: {security}}}}}"));
        assert!(matches!(routes[..], [Route { access: Access::Closed(_), .. }]), "{security}: {routes:?}");
    }
    for security in ["[]", "[{}]"] {
        let (routes, _) = routes_of(&format!("  /a: {{get: {{security: {security}}}}}"));
        assert!(matches!(routes[..], [Route { access: Access::Open, .. }]), "{security}: {routes:?}");
    }
}

#[test]
fn an_operation_that_cannot_be_told_is_closed_or_refused() {
    for operation in ["x", "~", "[]", "{$ref: '#/x/get'}", "{$ref: '#/x/get', security: []}"] {
        let (routes, _) = routes_of(&format!("  /a: {{get: {operation}}}"));
        assert!(matches!(routes[..], [Route { access: Access::Closed(_), .. }]), "{operation}: {routes:?}");
    }
    let (routes, _) = routes_of("  /a: {$ref: '#/x', summary: s}");
    assert_eq!(routes.iter().map(|route| route.key.to_string()).collect::<Vec<_>>(), ["POST /a", "GET /a"]);
    let error = |item: &str| {
        let text = format!("openapi: 3.0.1\npaths: {{/a: {item}, /b: {{get: {{}}}}}}\nx: {{get: {{}}}}\n");
        read(Path::new("a.yaml"), &text, &ties()).expect_err("a path that is left out").to_string()
    };
    for item in ["x", "[get]", "{$ref: '#/x', put: {}}", "{$ref: '#/x', get: {}}"] {
        assert_eq!(error(item), "a.yaml:2: what is at `/a` cannot be told", "{item}");
    }
}

#[test]
fn references_in_circles_end() {
    let mut text = String::from("Resources:\n  Api: {Type: AWS::ApiGateway::RestApi}\n");
    for server in 0..30 {
        let next = format!("${{R{}}}", (server + 1) % 30).repeat(50);
        let properties = format!("{{Identifier: !Sub '{next}'}}");
        let kind = "AWS::Cognito::UserPoolResourceServer";
        writeln!(text, "  R{server}: {{Type: {kind}, Properties: {properties}}}").unwrap();
    }
    text.push_str(concat!(
        "  Pools: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Api, Type: COGNITO_USER_POOLS, ",
        "ProviderARNs: ['arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A']}}\n",
        "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, ",
        "HttpMethod: GET, AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref Pools, ",
        "AuthorizationScopes: [!Sub '${R0}/read']}}\n",
    ));
    let imported = read(Path::new("circle.yaml"), &text, &ties()).expect("an API");
    let scopes: Vec<_> = imported.api.routes.iter().flat_map(Route::scopes).collect();
    assert!(scopes.iter().all(|scope| scope.as_str().contains("${")) && scopes.len() == 1, "{scopes:?}");
}

#[test]
fn conditions_and_parents_in_circles_end() {
    let conditions = "Conditions: {a: !Condition b, b: !Not [!Condition a]}\n";
    let text = format!(
        "{conditions}Resources:\n  Api: {{Type: AWS::ApiGateway::RestApi, Condition: a}}\n  R: {{Type: \
         AWS::ApiGateway::Resource, Properties: {{RestApiId: !Ref Api, ParentId: !Ref R, PathPart: x}}}}\n  M: {{Type: \
         AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref Api, ResourceId: !Ref R, HttpMethod: GET}}}}\n"
    );
    let error = read(Path::new("circle.yaml"), &text, &ties()).expect_err("no path");
    assert_eq!(error.to_string(), "circle.yaml:4: the path of `R` cannot be told: tie what it refers to");
}

/// Looked for one after the other, these names took half a minute.
#[test]
fn each_of_many_references_leads_where_it_says() {
    const MANY: usize = 40_000;
    let each = |entry: &dyn Fn(usize) -> String| (0..MANY).map(entry).collect::<Vec<_>>().join(", ");
    let paths = each(&|at| format!("/p{at}: {{$ref: '#/x/y{}'}}", MANY - 1 - at));
    let targets = each(&|at| format!("y{at}: {{{}: {{}}}}", if at == 0 { "delete" } else { "get" }));
    let text = format!("openapi: 3.0.1\npaths: {{{paths}}}\nx: {{{targets}}}\n");
    let api = read(Path::new("many.yaml"), &text, &ties()).expect("an API").api;
    assert_eq!(api.routes.len(), MANY);
    let deleted: Vec<String> =
        api.routes.iter().map(|route| route.key.to_string()).filter(|key| key.starts_with("DELETE")).collect();
    assert_eq!(deleted, [format!("DELETE /p{}", MANY - 1)]);
}
