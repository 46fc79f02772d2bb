//! How what a file names is tied to the pools of this server.

use std::path::Path;

use poolpass::domain::gateway::authorizer::Issuer;
use poolpass::domain::gateway::route::{Access, Closed};
use poolpass::import::{Imported, Ties, read};

const POOL: &str = "us-east-1_Local01";

fn http_api(issuer: &str) -> String {
    format!(
        "openapi: 3.0.1\npaths: {{/a: {{get: {{security: [{{Jwt: [a/b]}}]}}}}}}\ncomponents: {{securitySchemes: {{Jwt: \
         {{type: oauth2, x-amazon-apigateway-authorizer: {{type: jwt, jwtConfiguration: {{issuer: '{issuer}', audience: \
         [theirs]}}}}}}}}}}\n"
    )
}

fn imported(text: &str, ties: &Ties) -> Imported {
    read(Path::new("a.yaml"), text, ties).expect("an API")
}

/// Whose tokens the first route takes, and for whom.
fn taken(imported: &Imported) -> Result<(Issuer, Vec<String>), Closed> {
    match &imported.api.routes[0].access {
        Access::Authorizer(authorizer, _) => Ok((authorizer.issuers[0].clone(), authorizer.audiences.clone())),
        Access::Closed(closed) => Err(closed.clone()),
        Access::Open => panic!("open"),
    }
}

fn here(map: &[(&str, &str)]) -> Ties {
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    Ties { map, pools: [POOL.into()].into(), ..Ties::default() }
}

fn local() -> (Issuer, Vec<String>) {
    (Issuer::Pool(POOL.into()), vec!["theirs".to_owned()])
}

#[test]
fn an_issuer_of_aws_or_of_this_machine_means_the_pool_with_its_id() {
    for issuer in [
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Local01",
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Local01/",
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/us-east-1_Local01",
        "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_Local01",
        "http://localhost:7665/us-east-1_Local01",
        "http://127.0.0.1:9229/us-east-1_Local01",
        "http://[::1]:9229/us-east-1_Local01",
    ] {
        assert_eq!(taken(&imported(&http_api(issuer), &here(&[]))), Ok(local()), "{issuer}");
    }
}

#[test]
fn whoever_is_no_pool_of_this_server_closes_its_routes() {
    for issuer in [
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other",
        "https://issuer.example.com/us-east-1_Local01",
        "https://cognito-idp.us-east-1.amazonaws.com.example.com/us-east-1_Local01",
        "https://example.com/cognito-idp.us-east-1.amazonaws.com/us-east-1_Local01",
        "https://cognito-idp.us-east-1.amazonaws.com/x/us-east-1_Local01",
        "",
    ] {
        let closed = Err(Closed::Unresolved("Jwt".to_owned()));
        assert_eq!(taken(&imported(&http_api(issuer), &here(&[]))), closed, "{issuer}");
    }
}

#[test]
fn ids_issuers_audiences_and_names_can_be_tied() {
    let theirs = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Theirs";
    for map in [("us-east-1_Theirs", POOL), (theirs, POOL), ("Jwt", POOL)] {
        assert_eq!(taken(&imported(&http_api(theirs), &here(&[map]))), Ok(local()), "{map:?}");
    }
    let tied = imported(&http_api(theirs), &here(&[("us-east-1_Theirs", POOL), ("theirs", "ours")]));
    assert_eq!(taken(&tied), Ok((Issuer::Pool(POOL.into()), vec!["ours".to_owned()])));
}

#[test]
fn another_issuer_is_asked_only_where_that_is_said() {
    let theirs = "https://issuer.example.com/";
    let remote = Issuer::Remote(theirs.to_owned());
    let tied = imported(&http_api(theirs), &here(&[(theirs, theirs)]));
    assert_eq!(taken(&tied), Ok((remote, vec!["theirs".to_owned()])));
}

#[test]
fn an_authorizer_without_audiences_lets_nobody_through() {
    let text = http_api("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Local01").replace("[theirs]", "[]");
    assert_eq!(taken(&imported(&text, &here(&[]))), Err(Closed::Unresolved("Jwt".to_owned())));
}

#[test]
fn an_id_that_no_pool_can_have_is_not_created() {
    for id in ["nopool", "us-east-1_", "us_east_1_a", "us-east-1_a/b", "us-east-1_ä"] {
        let text = http_api(&format!("https://cognito-idp.us-east-1.amazonaws.com/{id}"));
        let ties = Ties { create_missing: true, ..Ties::default() };
        let imported = imported(&text, &ties);
        assert_eq!(taken(&imported), Err(Closed::Unresolved("Jwt".to_owned())), "{id}");
        assert_eq!(imported.needs.pools, [], "{id}");
    }
}

#[test]
fn a_file_that_is_no_api_says_what_is_wrong_and_where() {
    for (text, expected) in [
        ("a: 1\n", "a.yaml: neither an OpenAPI document (`openapi`, `swagger`) nor a template (`Resources`)"),
        ("openapi: 2.1.0\n", "a.yaml:1: version `2.1.0` of OpenAPI is not read"),
        (
            "openapi: 3.0.0\npaths: {}\n",
            "a.yaml: the file declares no routes; if its API is defined in another file, import that one",
        ),
        (
            "openapi: 3.0.0\npaths:\n  /a{b}:\n    get: {}\n",
            "a.yaml:4: `a{b}` in the path `/a{b}` is neither a literal nor `{name}` nor `{name+}`",
        ),
        (
            "openapi: 3.0.0\npaths:\n  /{a}:\n    get: {}\n  /{b}:\n    get: {}\n",
            "a.yaml:6: the route `GET /{b}` is for the same requests as `GET /{a}`",
        ),
        (
            "openapi: 3.0.0\npaths:\n  /a:\n    $ref: other.yaml\n",
            "a.yaml:3: the reference at `/a` leads out of this file, or nowhere",
        ),
        ("openapi: 3.0.0\npaths:\n  Fn::If: [a, {}, {}]\n", "a.yaml:3: what is at `Fn::If` cannot be told"),
        (
            "openapi: 3.0.0\nFn::Transform: {Name: AWS::Include}\npaths: {}\n",
            "a.yaml:1: parts of this document are in another file",
        ),
        (
            "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {E: !If [c, {}, {}]}\n",
            "a.yaml:2: what belongs to `F` cannot be told",
        ),
        (
            "Resources:\n  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !If [c, !Ref A, !Ref B]}}\n",
            "a.yaml:2: which API `R` belongs to cannot be told",
        ),
        ("Resources: {}\n", "a.yaml: the template declares no REST API and no HTTP API"),
        ("Resources:\n  Fn::ForEach::X: []\n", "a.yaml:2: the resources that `Fn::ForEach::X` adds cannot be told"),
        (
            "Resources:\n  A: {Type: AWS::ApiGateway::RestApi}\n  B: {Type: AWS::ApiGatewayV2::Api}\n",
            "a.yaml: the template declares several APIs, say which of them is meant: `A`, `B`",
        ),
        (
            "Resources:\n  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      DefinitionUri: s3://a/b\n",
            "a.yaml:5: the definition of the API is in another file: import that one",
        ),
    ] {
        let error = read(Path::new("a.yaml"), text, &Ties::default()).expect_err(text);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_tie_of_what_the_file_does_not_name_is_noticed() {
    let text = http_api("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Theirs");
    let noticed = |map: &[(&str, &str)]| -> Vec<String> {
        let notes = imported(&text, &here(map)).notes;
        notes.into_iter().map(|note| note.text).filter(|text| text.contains("nowhere")).collect()
    };
    assert_eq!(noticed(&[("us-east-1_Theirs", POOL)]), Vec::<String>::new());
    assert_eq!(noticed(&[("arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_Theirs", POOL)]), Vec::<String>::new());
    assert_eq!(
        noticed(&[("us-east-1_Theirs", POOL), ("us-east-1_There", POOL), ("us-east-1_Their5", POOL)]),
        [
            "`us-east-1_Their5` is tied, but stands nowhere in this file",
            "`us-east-1_There` is tied, but stands nowhere in this file"
        ]
    );
}
